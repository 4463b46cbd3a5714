import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { PageQuery } from '../../http';
import { DATE, DATE_FORM } from '../registers/forms';

class EffectiveDto {
  /** first local date; after the day of the approval */
  @Matches(DATE, DATE_FORM)
  effectiveFrom!: string;

  /** last local date, included; without it until another version begins */
  @IsOptional()
  @Matches(DATE, DATE_FORM)
  effectiveTo?: string;
}

/** A version of a rule set: duties, and the rules that speak of them. */
export class RuleSetDto extends EffectiveDto {
  /** ISO 4217 code of the currency in which limits and tiers are */
  @IsString()
  @MaxLength(3)
  baseCurrency!: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  title?: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  owner?: string;

  /** each `{id, name, process, category, consequence}` */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsObject({ each: true })
  duties!: object[];

  /** each `{id, type, name, risk, severity, control, exception}` and what its type needs */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsObject({ each: true })
  rules!: object[];
}

/** A version of the mapping from event types to duties. */
export class DutyMappingDto extends EffectiveDto {
  /** the rule set it was written for, for its readers */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  ruleSet?: string;

  /** each `{type, duties}`, with `change` and `following`, or `{type, cancels}` */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(2_000)
  @IsObject({ each: true })
  rows!: object[];
}

/** Filters of the list of versions. */
export class VersionsQuery extends PageQuery {
  @IsOptional()
  @Matches(/^(proposed|approved|rejected)$/, { message: 'is proposed, approved or rejected' })
  state?: string;
}

/** The date whose rules are asked for. */
export class EffectiveQuery {
  /** local date; today in UTC by default */
  @IsOptional()
  @Matches(DATE, DATE_FORM)
  effectiveOn?: string;
}

/** From when findings are compared. */
export class SimulateQuery {
  /** date; the first of January by default */
  @IsOptional()
  @Matches(DATE, DATE_FORM)
  since?: string;
}
