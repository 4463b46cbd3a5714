import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../../src/http';
import {
  type FindingStatus,
  SCOPE_KINDS,
  type ScopeKind,
  STATUSES,
} from '../../src/controls/finding.policy';
import { SEVERITIES, type Severity } from '../../src/controls/rule-set.policy';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const INSTANT_FORM = { message: 'is an instant such as 2026-04-01T00:00:00.000Z' };

/** Filters of `GET /v1/findings`; all that are given must hold. */
export class FindingsQuery extends PageQuery {
  /** id of a rule, such as P2P-04 */
  @IsOptional()
  @Matches(/^[A-Z0-9]{2,8}-[0-9]{2,3}$/, { message: 'is a rule such as P2P-04' })
  rule?: string;

  /** what a finding is about */
  @IsOptional()
  @IsIn(SCOPE_KINDS)
  kind?: ScopeKind;

  @IsOptional()
  @IsIn(SEVERITIES)
  severity?: Severity;

  @IsOptional()
  @IsIn(STATUSES)
  status?: FindingStatus;

  /** opaque person id */
  @IsOptional()
  @MaxLength(64)
  person?: string;

  /** which controls and reviews are due: those by this instant; now without it. What is recorded counts all the same */
  @IsOptional()
  @Matches(INSTANT, INSTANT_FORM)
  asOf?: string;

  /** first told to the ledger before this civil date, UTC: how old it is */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'is a date such as 2026-04-01' })
  raisedBefore?: string;

  /** the last event that proves it occurred on or after this civil date, UTC */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'is a date such as 2026-04-01' })
  lastFrom?: string;

  /** who takes care of it */
  @IsOptional()
  @MaxLength(64)
  owner?: string;

  /** `open`: nothing effective was decided about what proves it now */
  @IsOptional()
  @IsIn(['open', 'disposed'])
  work?: 'open' | 'disposed';

  /** an object that an event of the finding is about, as type/entity/id */
  @IsOptional()
  @Matches(/^[a-z][a-z0-9-]{0,31}\/[^/]+\/.+$/, { message: 'is type/entity/id' })
  object?: string;

  /** decimal in major units of `currency`, included */
  @IsOptional()
  @IsString()
  amountFrom?: string;

  /** decimal in major units of `currency`, included */
  @IsOptional()
  @IsString()
  amountTo?: string;

  @IsOptional()
  @Matches(/^[A-Z]{3}$/, { message: 'is an ISO 4217 code' })
  currency?: string;
}
