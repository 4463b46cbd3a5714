import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ADJUSTMENT_TYPES } from '../adjustments/adjustment.events';
import { BREAK_CLASSES, type BreakClass } from '../breaks/break.events';

const CURRENCY = /^[A-Z]{3}$/;
const CURRENCY_FORM = { message: 'is a currency code' };
const AMOUNT_TEXT_MAX = 24;

export class MaterialityLevelsDto {
  @Matches(CURRENCY, CURRENCY_FORM)
  currency!: string;

  @IsString()
  @MaxLength(AMOUNT_TEXT_MAX)
  overall!: string;

  @IsString()
  @MaxLength(AMOUNT_TEXT_MAX)
  performance!: string;

  @IsString()
  @MaxLength(AMOUNT_TEXT_MAX)
  clearlyTrivial!: string;
}

/** Materiality of an entity's fiscal period: three levels for each currency in which breaks are rated. */
export class MaterialityDto {
  /** what the levels were taken from */
  @IsString()
  @MinLength(1)
  @MaxLength(1_024)
  basis!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => MaterialityLevelsDto)
  levels!: MaterialityLevelsDto[];
}

export class RoutingRuleDto {
  @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/, { message: 'is lower-case letters, digits and hyphens' })
  id!: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(40)
  @Matches(/^[A-Z_]{1,40}$/, { each: true, message: 'holds break types, such as UNMATCHED_A' })
  types?: string[];

  @IsOptional()
  @Matches(CURRENCY, CURRENCY_FORM)
  currency?: string;

  @IsOptional()
  @IsString()
  @MaxLength(AMOUNT_TEXT_MAX)
  from?: string;

  @IsOptional()
  @IsString()
  @MaxLength(AMOUNT_TEXT_MAX)
  upTo?: string;

  @IsOptional()
  @IsIn(BREAK_CLASSES)
  class?: BreakClass;

  @IsString()
  @MinLength(1)
  @MaxLength(128)
  owner!: string;

  @IsInt()
  @Min(0)
  @Max(366)
  dueDays!: number;
}

export class AdjustmentLimitDto {
  @IsIn(ADJUSTMENT_TYPES)
  type!: string;

  @Matches(CURRENCY, CURRENCY_FORM)
  currency!: string;

  @IsString()
  @MaxLength(AMOUNT_TEXT_MAX)
  item!: string;

  @IsString()
  @MaxLength(AMOUNT_TEXT_MAX)
  run!: string;
}

/** Who gets which breaks of a definition, and how much of them may be adjusted. */
export class BreakRulesDto {
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => RoutingRuleDto)
  routing!: RoutingRuleDto[];

  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => AdjustmentLimitDto)
  limits!: AdjustmentLimitDto[];

  @IsInt()
  @Min(1)
  @Max(366)
  proposalDays!: number;
}

export class RejectionDto {
  @IsString()
  @MinLength(1)
  @MaxLength(1_024)
  note!: string;
}
