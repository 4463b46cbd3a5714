import { IsIn, IsOptional, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../../src/http';
import { BREAK_STATUSES } from '../../src/reconciliation/breaks/break-work.policy';

export class ImportsQuery extends PageQuery {
  @IsOptional()
  @MaxLength(64)
  source?: string;

  @IsOptional()
  @MaxLength(32)
  entity?: string;
}

export class RunsQuery extends PageQuery {
  @IsOptional()
  @MaxLength(64)
  definition?: string;
}

export class MatchesQuery extends RunsQuery {
  @IsOptional()
  @IsIn(['confirmed', 'superseded', 'unmatched', 'rejected'])
  status?: string;

  @IsOptional()
  @MaxLength(64)
  pass?: string;

  /** groups that hold this line */
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, { message: 'is the id of a line' })
  line?: string;
}

export class BreaksQuery extends RunsQuery {
  @IsOptional()
  @Matches(/^[A-Z_]{1,40}$/, { message: 'is a break type, such as UNMATCHED_A' })
  type?: string;

  @IsOptional()
  @IsIn(BREAK_STATUSES)
  status?: string;

  @IsOptional()
  @MaxLength(32)
  entity?: string;

  @IsOptional()
  @Matches(/^[A-Z]{3}$/, { message: 'is a currency code' })
  currency?: string;

  @IsOptional()
  @MaxLength(128)
  owner?: string;
}
