import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { PageQuery } from '../../http';
import { type SignOffLevel } from '../close/period.events';

const TEXT_MAX = 1_024;

export class SignDto {
  @IsIn(['PREPARE', 'REVIEW', 'APPROVE'])
  level!: SignOffLevel;

  /** what the signer states, in words */
  @IsString()
  @MinLength(1)
  @MaxLength(TEXT_MAX)
  statement!: string;
}

export class ReconciliationsQuery extends PageQuery {
  @IsOptional()
  @MaxLength(32)
  entity?: string;

  @IsOptional()
  @Matches(/^\d{4}-\d{2}$/, { message: 'is a fiscal period such as 2026-11' })
  period?: string;

  @IsOptional()
  @MaxLength(64)
  definition?: string;
}
