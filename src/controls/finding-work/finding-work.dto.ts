import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { type Outcome, OUTCOMES } from './finding-work.events';

/** Who works on a finding, and until when. */
export class AssignFindingDto {
  /** client or person */
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    message: 'is a client or person of 1 to 64 letters, digits, dots, dashes and underscores',
  })
  owner!: string;

  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'is a date such as 2026-04-01' })
  due?: string;
}

/** What was decided about a finding. */
export class DisposeFindingDto {
  @IsIn(OUTCOMES)
  outcome!: Outcome;

  @IsString()
  @MinLength(1)
  @MaxLength(256)
  reason!: string;

  /** `evidence` of the finding as it was read */
  @Matches(/^[0-9a-f]{64}$/, { message: 'is the evidence hash of the finding' })
  evidence!: string;

  /** the correcting event, the exception or the other finding, where the outcome names one */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  reference?: string;
}

/** Why a decision is taken back. */
export class ReopenFindingDto {
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  reason!: string;
}
