import { IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';

export class RotateKeyDto {
  /** why the key changes, for the record */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  reason!: string;

  /** days in which both keys sign, 30 by default: time for auditors and witnesses to pin the new one */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(365)
  overlapDays?: number;
}
