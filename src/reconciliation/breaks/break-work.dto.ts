import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';
import { BREAK_CLASSES, type BreakClass } from './break.events';

/** A bulk decision names at most this many breaks. */
export const BULK_IDS_MAX = 500;
const TEXT_MAX = 1_024;
const PERIOD = /^[0-9]{4}-(?:0[1-9]|1[0-3])$/;
const PERIOD_FORM = { message: 'is a fiscal period such as 2026-11' };

export class AssignBreakDto {
  /** client or person id */
  @IsString()
  @MinLength(1)
  @MaxLength(128)
  owner!: string;

  @IsOptional()
  @IsString()
  due?: string;
}

export class AssignBreaksDto extends AssignBreakDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(BULK_IDS_MAX)
  @ArrayUnique()
  @Matches(/^[0-9a-f]{64}$/, { each: true, message: 'holds the ids of breaks' })
  ids!: string[];
}

export class ClassifyBreakDto {
  @IsIn(BREAK_CLASSES)
  class!: BreakClass;
}

export class ExplainBreakDto {
  @Matches(PERIOD, PERIOD_FORM)
  period!: string;

  /** a code of the ledger's own list */
  @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/, { message: 'is a cause code such as bank-charges' })
  cause!: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(TEXT_MAX)
  explanation?: string;
}

export class AwaitCounterpartyDto {
  @IsString()
  @MinLength(1)
  @MaxLength(128)
  counterparty!: string;

  @IsString()
  due!: string;
}

export class ResolveBreakDto {
  @IsIn(['carried'])
  resolution!: 'carried';

  @Matches(PERIOD, PERIOD_FORM)
  period!: string;
}

export class CloseBreakDto {
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(TEXT_MAX)
  note?: string;
}

export class ReopenBreakDto {
  @IsString()
  @MinLength(1)
  @MaxLength(TEXT_MAX)
  reason!: string;
}

export class CommentDto {
  @IsString()
  @MinLength(1)
  @MaxLength(TEXT_MAX)
  text!: string;
}
