import { IsString, Matches, MaxLength, MinLength } from 'class-validator';

const REASON_MAX = 1_024;

export class BackTestDto {
  /** last civil date of the population that both versions see */
  @IsString()
  cutoff!: string;
}

export class ApproveDefinitionDto {
  /** hash of the back-test that the approval rests on */
  @Matches(/^[0-9a-f]{64}$/, { message: 'is the sha256 of a back-test' })
  backTest!: string;
}

export class RetireDefinitionDto {
  /** first cut-off for which no version is in force any more */
  @IsString()
  from!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(REASON_MAX)
  reason!: string;
}
