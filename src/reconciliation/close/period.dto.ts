import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../../http';
import { type AutoMethod, type SignOffLevel } from './period.events';

const DEFINITION = /^[a-z0-9][a-z0-9-]{0,63}$/;
const DEFINITION_FORM = { message: 'is the id of a definition, such as bank' };
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_FORM = { message: 'is a date such as 2026-11-30' };
const CURRENCY = /^[A-Z]{3}$/;
const CURRENCY_FORM = { message: 'is an ISO 4217 code' };
const TASK = /^[a-z0-9][a-z0-9-]{0,63}$/;
const TASK_FORM = { message: 'is the id of a task, such as accruals' };
const SHA256 = /^[0-9a-f]{64}$/;
const REQUIRED_MAX = 200;
const ACCOUNTS_MAX = 1_000;
const TASKS_MAX = 500;
const EVIDENCE_MAX = 100;
const TEXT_MAX = 1_024;

export class RequiredDto {
  @Matches(DEFINITION, DEFINITION_FORM)
  definition!: string;

  /** without it, every account of the entity */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(ACCOUNTS_MAX)
  @IsString({ each: true })
  @MaxLength(128, { each: true })
  accounts?: string[];

  /** by currency: what may stay unexplained; without it nothing */
  @IsOptional()
  @IsObject()
  thresholds?: Record<string, string>;

  /** PREPARE and REVIEW without it */
  @IsOptional()
  @IsArray()
  @IsIn(['PREPARE', 'REVIEW', 'APPROVE'], { each: true })
  levels?: SignOffLevel[];

  /** methods by which it may be certified without a signature; none without it */
  @IsOptional()
  @IsArray()
  @IsIn(['zero-balance-no-activity', 'unchanged-no-activity', 'no-difference-no-open-break'], {
    each: true,
  })
  auto?: AutoMethod[];

  /** days that the last statement of an account may end before the cut-off; 3 without it */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(31)
  freshDays?: number;
}

export class BroughtForwardDto {
  @Matches(DEFINITION, DEFINITION_FORM)
  definition!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(128)
  account!: string;

  @Matches(CURRENCY, CURRENCY_FORM)
  currency!: string;

  @IsString()
  books!: string;

  @IsString()
  source!: string;
}

export class TaskDto {
  @Matches(TASK, TASK_FORM)
  id!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(256)
  title!: string;

  /** client or person */
  @IsString()
  @MinLength(1)
  @MaxLength(128)
  owner!: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(128)
  reviewer?: string;

  @Matches(DATE, DATE_FORM)
  due!: string;

  /** ids of tasks that come before */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(TASKS_MAX)
  @Matches(TASK, { ...TASK_FORM, each: true })
  after?: string[];
}

export class OpenPeriodDto {
  /** the calendar month of its name, without it */
  @IsOptional()
  @Matches(DATE, DATE_FORM)
  from?: string;

  /** the cut-off */
  @IsOptional()
  @Matches(DATE, DATE_FORM)
  to?: string;

  /** without it those of the period before */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(REQUIRED_MAX)
  @ValidateNested({ each: true })
  @Type(() => RequiredDto)
  requires?: RequiredDto[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(ACCOUNTS_MAX)
  @ValidateNested({ each: true })
  @Type(() => BroughtForwardDto)
  broughtForward?: BroughtForwardDto[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(TASKS_MAX)
  @ValidateNested({ each: true })
  @Type(() => TaskDto)
  tasks?: TaskDto[];
}

export class StepDto {
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(TEXT_MAX)
  reason?: string;
}

export class ChecklistDto {
  @IsArray()
  @ArrayMaxSize(TASKS_MAX)
  @ValidateNested({ each: true })
  @Type(() => TaskDto)
  tasks!: TaskDto[];
}

export class TaskDoneDto {
  /** SHA-256 of files that show it */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(EVIDENCE_MAX)
  @Matches(SHA256, { each: true, message: 'holds SHA-256 of 64 hex digits' })
  evidence?: string[];

  @IsOptional()
  @IsString()
  @MaxLength(TEXT_MAX)
  note?: string;
}

export class ReasonDto {
  @IsString()
  @MinLength(1)
  @MaxLength(TEXT_MAX)
  reason!: string;
}

export class PeriodsQuery extends PageQuery {
  @IsOptional()
  @MaxLength(32)
  entity?: string;

  @IsOptional()
  @IsIn(['open', 'soft-closed', 'closed', 'locked', 'reopened'])
  status?: string;
}

export class CertifyDto {
  /** what the certifier states, in words */
  @IsString()
  @MinLength(1)
  @MaxLength(TEXT_MAX)
  statement!: string;
}

export class LockDto {
  /** of the audit report or the filing */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  reference!: string;
}

export class ReopeningScopeDto {
  /** without it every definition */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(REQUIRED_MAX)
  @Matches(DEFINITION, { ...DEFINITION_FORM, each: true })
  definitions?: string[];
}

export class RequestReopeningDto extends ReasonDto {
  @IsOptional()
  @ValidateNested()
  @Type(() => ReopeningScopeDto)
  scope?: ReopeningScopeDto;

  /** instant; at most 31 days from now */
  @IsString()
  expiresAt!: string;

  /** closed periods after it are reopened too, or take the difference as a late change */
  @IsIn(['reopen', 'carry'])
  laterPeriods!: 'reopen' | 'carry';
}
