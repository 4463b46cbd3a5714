import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { type AccountMapped } from './account.events';

/** Who or what an account is, and when. */
export class PutAccountDto {
  /** `human`: one person's; `service`: a job's; `shared`: several people's */
  @IsIn(['human', 'service', 'shared'], { message: 'is human, service or shared' })
  kind!: AccountMapped['kind'];

  /** opaque id of the person, human accounts only; never a name or an address */
  @IsOptional()
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    message: 'is an opaque id of 1 to 64 letters, digits, dots, dashes and underscores',
  })
  person?: string;

  /** instant from which it holds, for what the account did in the past too */
  @IsString()
  validFrom!: string;

  /** instant at which it ends; without it the mapping has no end */
  @IsOptional()
  @IsString()
  validTo?: string;
}

/** A row of a file of accounts. */
export class AccountRowDto extends PutAccountDto {
  /** short name of the source system; `tieout` for clients of this service */
  @IsString()
  @MaxLength(64)
  system!: string;

  /** as the source names it */
  @IsString()
  @MaxLength(256)
  account!: string;
}
