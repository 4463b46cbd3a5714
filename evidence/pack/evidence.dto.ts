import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';

export const DEPTH_DEFAULT = 6;
const DEPTH_MAX = 12;
const DISCLOSE_MAX = 32;

/** JSON Pointer of one or more parts; a part `*` stands for any one. */
const POINTER = /^(\/[A-Za-z0-9_*-]{1,64}){1,16}$/;
/** Text that stands in entries and is printed: no control characters. */
const PLAIN_TEXT = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;
const PLAIN_MESSAGE = 'has no control or format characters';

export class PackSubjectDto {
  @Matches(/^[a-z][a-z0-9-]{0,31}$/, { message: 'is an object type, such as purchase-order' })
  type!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(32)
  entity!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(128)
  id!: string;
}

export class PackParametersDto {
  /** links followed from the subject, in each direction: 6 by default */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(DEPTH_MAX)
  depth?: number;
}

export class RequestPackDto {
  @IsIn(['transaction'], { message: 'is transaction: the kind that this release builds' })
  kind!: 'transaction';

  @ValidateNested()
  @Type(() => PackSubjectDto)
  subject!: PackSubjectDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => PackParametersDto)
  parameters?: PackParametersDto;

  /** why the evidence is needed: printed on the cover and kept in the ledger */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  @Matches(PLAIN_TEXT, { message: PLAIN_MESSAGE })
  purpose!: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  @Matches(PLAIN_TEXT, { message: PLAIN_MESSAGE })
  engagement?: string;

  /** JSON Pointers of personal values to open, such as /data/reason; needs personal.read as well */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(DISCLOSE_MAX)
  @Matches(POINTER, { each: true, message: 'is a JSON Pointer, such as /data/reason' })
  disclose?: string[];

  /** whether a pack without what could not be read is of use; false by default */
  @IsOptional()
  @IsBoolean()
  allowPartial?: boolean;
}
