import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { PageQuery } from '../../http';

const SPELLING_MAX = 140;
const COUNTERPARTY_MAX = 128;

export class AliasDto {
  /** a name as statements write it, or a bank account */
  @IsString()
  @MinLength(1)
  @MaxLength(SPELLING_MAX)
  spelling!: string;
}

export class SetAliasDto extends AliasDto {
  /** id of the counterparty, as payments and receipts name it */
  @IsString()
  @MinLength(1)
  @MaxLength(COUNTERPARTY_MAX)
  counterparty!: string;
}

export class AliasesQuery extends PageQuery {
  @IsOptional()
  @MaxLength(COUNTERPARTY_MAX)
  counterparty?: string;

  /** whom this spelling stands for */
  @IsOptional()
  @MaxLength(SPELLING_MAX)
  spelling?: string;
}
