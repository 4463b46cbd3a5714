import { Type } from 'class-transformer';
import { IsIn, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { MoneyDto } from '../registers/register.dto';

const DIMENSION_CHARACTERS_MAX = 64;
const NAME_CHARACTERS_MAX = 64;
const ENTITY = /^(?!_$)[A-Za-z0-9_.-]{1,32}$/;
const ENTITY_FORM = { message: 'is the key of a legal entity, such as E_DE' };

/** How a file of budget lines is proposed as the next version of a budget. */
export class BudgetVersionQuery {
  /** legal entity of all its lines */
  @Matches(ENTITY, ENTITY_FORM)
  entity!: string;

  /** what people call the version, such as `original` */
  @IsString()
  @MaxLength(NAME_CHARACTERS_MAX)
  name!: string;

  /** `yes`: read and add up, propose nothing */
  @IsOptional()
  @IsIn(['yes'])
  dryRun?: 'yes';
}

/** A line of the plan; an absent dimension is all of its values. */
export class PlannedPlaceDto {
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

  @IsOptional()
  @Matches(/^\d{4}(?:-(?:0[1-9]|1[0-3]))?$/, { message: 'is a fiscal period or year' })
  period?: string;
}

/** Planned money that moves from one line to another. */
export class BudgetTransferDto {
  @Matches(ENTITY, ENTITY_FORM)
  entity!: string;

  @ValidateNested()
  @Type(() => PlannedPlaceDto)
  from!: PlannedPlaceDto;

  @ValidateNested()
  @Type(() => PlannedPlaceDto)
  to!: PlannedPlaceDto;

  /** above zero, in the currency of both lines */
  @ValidateNested()
  @Type(() => MoneyDto)
  amount!: MoneyDto;

  /** `carry-over`: what is left of one period goes to the next */
  @IsIn(['transfer', 'carry-over'])
  reason!: 'transfer' | 'carry-over';
}

/** Of which date a file of figures is. */
export class ReportedQuery {
  /** last date that the figures hold */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'is a date such as 2026-03-31' })
  asOf!: string;

  /** `yes`: read and add up, record nothing */
  @IsOptional()
  @IsIn(['yes'])
  dryRun?: 'yes';
}
