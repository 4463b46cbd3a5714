import { IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

const REASON_MAX = 1_024;

export class AcceptControlsDto {
  @IsString()
  @MinLength(1)
  @MaxLength(REASON_MAX)
  reason!: string;
}

export class WithdrawBatchDto extends AcceptControlsDto {
  /** the import that says it better */
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, { message: 'is the id of an import' })
  supersededBy?: string;
}
