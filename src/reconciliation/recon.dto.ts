import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';

const ID_FORM = /^[a-z0-9][a-z0-9-]{0,63}$/;

export class ImportQuery {
  /** id of a statement source */
  @Matches(ID_FORM, { message: 'is the id of a source, such as bank' })
  source!: string;

  /** id of a saved mapping, for a source of CSV files */
  @IsOptional()
  @Matches(ID_FORM, { message: 'is the id of a mapping' })
  mapping?: string;

  /** `yes`: read and count, record nothing */
  @IsOptional()
  @IsIn(['yes', 'no', 'true', 'false'])
  dryRun?: string;

  /** legal entity whose accounts the file is about; by default the file is the whole ledger's */
  @IsOptional()
  @Matches(/^[A-Za-z0-9_.-]{1,32}$/, { message: 'is a legal entity code' })
  entity?: string;
}

export class RunMatchingDto {
  @Matches(ID_FORM, { message: 'is the id of a definition, such as bank' })
  definition!: string;

  /** last civil date of the population */
  @IsString()
  cutoff!: string;

  @IsIn(['dry-run', 'commit'])
  mode!: 'dry-run' | 'commit';
}

/** A decision names at most this many lines. */
const DECIDED_LINES_MAX = 500;
const REASON_MAX = 1_024;

export class MatchLinesDto {
  @Matches(ID_FORM, { message: 'is the id of a definition, such as bank' })
  definition!: string;

  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(DECIDED_LINES_MAX)
  @Matches(/^[0-9a-f]{64}$/, { each: true, message: 'holds the ids of lines' })
  lines!: string[];

  @IsString()
  @MinLength(1)
  @MaxLength(REASON_MAX)
  reason!: string;
}

export class UnmatchDto {
  @IsString()
  @MinLength(1)
  @MaxLength(REASON_MAX)
  reason!: string;
}
