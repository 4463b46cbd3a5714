import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';

export class RollForwardQuery {
  @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/, { message: 'is the id of a definition, such as bank' })
  definition!: string;

  /** cut-off of the period before */
  @IsString()
  from!: string;

  /** cut-off of the period */
  @IsString()
  to!: string;
}

export class ProofOfCashQuery extends RollForwardQuery {
  @Matches(/^[A-Z]{3}$/, { message: 'is a currency code' })
  currency!: string;

  /** balance of the books at the opening; without both, the books are what their lines come to */
  @IsOptional()
  @MaxLength(24)
  booksOpening?: string;

  @IsOptional()
  @MaxLength(24)
  booksClosing?: string;
}
