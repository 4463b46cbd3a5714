import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { MoneyDto } from '../registers/register.dto';

const EXCLUDES_MAX = 16;
const DIMENSION_CHARACTERS_MAX = 64;

/** Where the amount belongs. A dimension that is left out has no value. */
export class BudgetDimensionsDto {
  @IsOptional()
  @IsString()
  @MaxLength(DIMENSION_CHARACTERS_MAX)
  costCenter?: string;

  @IsOptional()
  @IsString()
  @MaxLength(DIMENSION_CHARACTERS_MAX)
  account?: string;

  @IsOptional()
  @IsString()
  @MaxLength(DIMENSION_CHARACTERS_MAX)
  project?: string;

  /** fiscal period; by default the month of the date */
  @IsOptional()
  @Matches(/^\d{4}-(?:0[1-9]|1[0-3])$/, { message: 'is a fiscal period such as 2026-03' })
  period?: string;
}

/** A document of the entity whose own amount the request replaces. */
export class ExcludedDto {
  @Matches(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { message: 'is an object type such as requisition' })
  type!: string;

  @IsString()
  @MaxLength(128)
  id!: string;
}

/** An amount that is about to be demanded: is there a budget for it? */
export class BudgetCheckDto {
  @Matches(/^(?!_$)[A-Za-z0-9_.-]{1,32}$/, {
    message: 'is the key of a legal entity, such as E_DE',
  })
  entity!: string;

  @ValidateNested()
  @Type(() => BudgetDimensionsDto)
  dimensions!: BudgetDimensionsDto;

  /** of the demand: its month is the period unless one is named, and its rate converts the amount */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'is a date such as 2026-04-01' })
  date!: string;

  @ValidateNested()
  @Type(() => MoneyDto)
  amount!: MoneyDto;

  /** documents that are recorded already and whose amount this one replaces, such as the requisition itself */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(EXCLUDES_MAX)
  @ValidateNested({ each: true })
  @Type(() => ExcludedDto)
  excludes?: ExcludedDto[];

  /** holds the amount for so long if it is allowed, such as PT30M or PT48H, at most 168 hours */
  @IsOptional()
  @Matches(/^PT[1-9]\d{0,4}[MH]$/, { message: 'is a duration such as PT30M or PT48H' })
  reserveFor?: string;

  /** ask without a record: the answer cannot be cited */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}
