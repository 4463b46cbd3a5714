import { IsIn, IsOptional, Matches } from 'class-validator';

const NUMBER = { message: 'is a whole number from 0' };
const WHOLE = /^(0|[1-9]\d{0,14})$/;

export class EntriesQuery {
  /** index of the first entry, 0 by default */
  @IsOptional()
  @Matches(WHOLE, NUMBER)
  from?: string;

  /** at most this many, 100 by default, 1000 at most */
  @IsOptional()
  @Matches(WHOLE, NUMBER)
  limit?: string;

  /** `proof` adds each entry's inclusion hashes under the newest checkpoint */
  @IsOptional()
  @IsIn(['proof'])
  include?: 'proof';
}

export class ConsistencyQuery {
  /** smaller size, at least 1 */
  @Matches(WHOLE, NUMBER)
  from!: string;

  /** larger size; the newest by default */
  @IsOptional()
  @Matches(WHOLE, NUMBER)
  to?: string;
}

export class ProofQuery {
  /** size of the tree to prove against; the event's own first checkpoint by default */
  @IsOptional()
  @Matches(WHOLE, NUMBER)
  size?: string;
}

export class AnchoredQuery {
  /** sizes below this one only; the newest by default */
  @IsOptional()
  @Matches(WHOLE, NUMBER)
  before?: string;
}

export class WitnessLinesQuery {
  /** size of the checkpoint that the lines are over; the newest by default */
  @IsOptional()
  @Matches(WHOLE, NUMBER)
  size?: string;
}
