import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../../src/http';
import { type FindingStatus, STATUSES } from '../../src/controls/finding.policy';
import { SEVERITIES, type Severity } from '../../src/controls/rule-set.policy';

/** Filters of `GET /v1/findings`; all that are given must hold. */
export class FindingsQuery extends PageQuery {
  /** id of a rule, such as P2P-04 */
  @IsOptional()
  @Matches(/^[A-Z0-9]{2,8}-[0-9]{2,3}$/, { message: 'is a rule such as P2P-04' })
  rule?: string;

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
