import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../../src/http';
import { DIFFERENCE_TYPES, type DifferenceType } from './differences.view';
import { POSITION_STATES, type PositionState } from './budgets.view';

const DIMENSION_CHARACTERS_MAX = 64;

/** Filters of the list of budget lines; all that are given must hold. An empty dimension: budgets for all of its values. */
export class PositionQuery extends PageQuery {
  /** legal entity */
  @IsOptional()
  @MaxLength(32)
  entity?: string;

  @IsOptional()
  @MaxLength(DIMENSION_CHARACTERS_MAX)
  costCenter?: string;

  @IsOptional()
  @MaxLength(DIMENSION_CHARACTERS_MAX)
  account?: string;

  @IsOptional()
  @MaxLength(DIMENSION_CHARACTERS_MAX)
  project?: string;

  /** as budgets have it: a month such as 2026-03, or a year */
  @IsOptional()
  @MaxLength(DIMENSION_CHARACTERS_MAX)
  period?: string;

  @IsOptional()
  @Matches(/^[A-Z]{3}$/, { message: 'is an ISO 4217 code' })
  currency?: string;

  @IsOptional()
  @IsIn(POSITION_STATES)
  state?: PositionState;

  /** `yes`: also sums over all pages, by currency */
  @IsOptional()
  @IsIn(['yes'])
  totals?: 'yes';
}

/** Which differences, to the figures of which system. */
export class DifferencesQuery extends PageQuery {
  /** short name of the system, as its figures were reported under */
  @IsString()
  @MaxLength(DIMENSION_CHARACTERS_MAX)
  system!: string;

  /** its latest figures that hold no later date; by default its latest ones */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'is a date such as 2026-03-31' })
  asOf?: string;

  @IsOptional()
  @IsIn(DIFFERENCE_TYPES)
  type?: DifferenceType;
}
