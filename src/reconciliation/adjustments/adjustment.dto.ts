import { Type } from 'class-transformer';
import {
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../../http';
import { ADJUSTMENT_TYPES, type AdjustmentType } from './adjustment.events';

const ACCOUNT_MAX = 64;
const TEXT_MAX = 1_024;
const HASH = /^[0-9a-f]{64}$/;
export const ADJUSTMENT_STATES = [
  'proposed',
  'approved',
  'rejected',
  'posted',
  'cleared',
  'expired',
] as const;

export class AdjustmentAmountDto {
  @IsString()
  @MaxLength(24)
  amount!: string;

  @Matches(/^[A-Z]{3}$/, { message: 'is a currency code' })
  currency!: string;
}

export class ProposeAdjustmentDto {
  /** id of the break that it explains */
  @Matches(HASH, { message: 'is the id of a break' })
  break!: string;

  @IsIn(ADJUSTMENT_TYPES)
  type!: AdjustmentType;

  @IsString()
  @MinLength(1)
  @MaxLength(ACCOUNT_MAX)
  debitAccount!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(ACCOUNT_MAX)
  creditAccount!: string;

  @ValidateNested()
  @Type(() => AdjustmentAmountDto)
  amount!: AdjustmentAmountDto;

  @IsString()
  @MinLength(1)
  @MaxLength(TEXT_MAX)
  reason!: string;
}

export class RejectAdjustmentDto {
  @IsString()
  @MinLength(1)
  @MaxLength(TEXT_MAX)
  reason!: string;
}

export class PostingObjectDto {
  @Matches(/^[a-z][a-z0-9-]{0,31}$/, { message: 'is an object type such as journal-entry' })
  type!: string;

  @Matches(/^[A-Za-z0-9_.-]{1,32}$/, { message: 'is a legal entity code' })
  entity!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(128)
  id!: string;
}

export class PostedAdjustmentDto {
  /** the ERP's own number of the posting */
  @IsString()
  @MinLength(1)
  @MaxLength(128)
  reference!: string;

  @IsString()
  postedOn!: string;

  /** the posting as an object of the ledger, where it is not a journal entry under that number */
  @IsOptional()
  @ValidateNested()
  @Type(() => PostingObjectDto)
  object?: PostingObjectDto;
}

export class AdjustmentsQuery extends PageQuery {
  @IsOptional()
  @MaxLength(64)
  definition?: string;

  @IsOptional()
  @Matches(/^[0-9]{4}-(?:0[1-9]|1[0-3])$/, { message: 'is a fiscal period such as 2026-11' })
  period?: string;

  @IsOptional()
  @IsIn(ADJUSTMENT_STATES)
  status?: string;

  @IsOptional()
  @IsIn(ADJUSTMENT_TYPES)
  type?: string;

  @IsOptional()
  @Matches(HASH, { message: 'is the id of a break' })
  break?: string;
}

export class AdjustmentTotalsQuery {
  @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/, { message: 'is the id of a definition, such as bank' })
  definition!: string;

  @Matches(/^[0-9]{4}-(?:0[1-9]|1[0-3])$/, { message: 'is a fiscal period such as 2026-11' })
  period!: string;
}
