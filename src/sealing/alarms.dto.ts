import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

export class AlarmsQuery {
  /** `open` or `resolved` ones only; an alarm whose end is only asked for is open */
  @IsOptional()
  @IsIn(['open', 'resolved'])
  state?: 'open' | 'resolved';

  /** the `before` of the page before */
  @IsOptional()
  @Matches(/^(0|[1-9]\d{0,14})$/, { message: 'is a whole number from 0' })
  before?: string;
}

export class ResolveAlarmDto {
  /** what was found out and done, for the record */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  reason!: string;
}
