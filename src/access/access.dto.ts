import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';

const CLIENT_FORM = /^[a-z][a-z0-9-]{0,63}$/;
const SYSTEM_FORM = /^[a-z][a-z0-9-]{0,63}$/;

export class IssueKeyDto {
  /** service identity the key belongs to: lower-case letters, digits and dashes */
  @Matches(CLIENT_FORM, {
    message: 'is 1 to 64 lower-case letters, digits and dashes, beginning with a letter',
  })
  client!: string;

  /** person for a human user's own key, service for an integration */
  @IsIn(['person', 'service'])
  kind!: 'person' | 'service';

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(32)
  @ArrayUnique()
  @IsString({ each: true })
  scopes!: string[];

  /** short names of the source systems it may deliver for; absent means every source */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(SYSTEM_FORM, { each: true })
  sources?: string[];

  /** days until it ends, 365 by default */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(730)
  expiresInDays?: number;
}

export class RevokeKeyDto {
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  reason!: string;
}
