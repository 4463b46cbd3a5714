import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsOptional, IsString } from 'class-validator';

/** How a file is taken. */
export class ImportQuery {
  /** `yes`: say what would become of each row, and record nothing */
  @IsOptional()
  @IsIn(['yes', 'no'])
  dryRun?: 'yes' | 'no';
}

/** Entries that are put in force. */
export class ApproveManyDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  ids!: string[];
}
