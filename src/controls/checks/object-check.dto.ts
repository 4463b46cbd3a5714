import { Type } from 'class-transformer';
import { IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';

/** A document number of a source. */
export class AskedDocumentDto {
  @IsString()
  @MaxLength(128)
  id!: string;

  /** short name of the source system; without it any */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  system?: string;
}

/** Is it known, and in which state? Either an object or a document number. */
export class ObjectCheckDto {
  @IsOptional()
  @Matches(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { message: 'is an object type such as supplier' })
  type?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  entity?: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  id?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => AskedDocumentDto)
  sourceDocument?: AskedDocumentDto;
}
