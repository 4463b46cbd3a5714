import {
  Identifier,
  IntegerBetween,
  Matches,
  Nested,
  OneOf,
  Optional,
  Text,
  rule,
} from '../contract/constraints';

const CIVIL_DATE = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/;
const LIMIT_MAX = 10_000;

export class DiscardDto {
  /** why these bytes need not be recorded */
  @Text(1024)
  readonly reason!: string;
}

export class AssignDto {
  /** client or person who works the item */
  @Identifier(64)
  readonly owner!: string;

  @Optional()
  @Matches(CIVIL_DATE, 'is a date, such as "2026-11-30"')
  readonly due?: string;
}

export class ReplayFilterDto {
  @Optional()
  @OneOf('business', 'technical')
  readonly cause?: 'business' | 'technical';

  /** problem code */
  @Optional()
  @Identifier(64)
  readonly code?: string;

  /** short name of the source system */
  @Optional()
  @Identifier(64)
  readonly source?: string;

  @Optional()
  @Identifier(64)
  readonly owner?: string;
}

export class ReplayAllDto {
  @Nested(() => ReplayFilterDto)
  readonly filter!: ReplayFilterDto;

  /** true: say what would become of the items, and change nothing */
  @Optional()
  @rule('isBoolean', (value) => typeof value === 'boolean', 'is true or false')
  readonly dryRun?: boolean;

  /** most items that are tried, oldest first; 1,000 by default */
  @Optional()
  @IntegerBetween(1, LIMIT_MAX)
  readonly limit?: number;

  /** how many items the preview counted; another number now refuses the request */
  @Optional()
  @IntegerBetween(0, Number.MAX_SAFE_INTEGER)
  readonly expectedCount?: number;
}
