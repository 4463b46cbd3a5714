import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { RELATED_ROLES, type RelatedRole } from '../../kernel/entry';
import { MoneyDto } from '../registers/register.dto';

const TYPE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const TYPE_FORM = { message: 'is an object type such as purchase-order' };

/** The object of a step. */
export class StepObjectDto {
  @Matches(TYPE, TYPE_FORM)
  type!: string;

  @IsString()
  @MaxLength(128)
  id!: string;

  /** version of the object that the step is about */
  @IsOptional()
  @Matches(/^[1-9][0-9]{0,8}$/, { message: 'is a number such as 2' })
  version?: string;
}

/** A document the step comes from, or master data it is about, as in an event. */
export class StepRelatedDto {
  @Matches(TYPE, TYPE_FORM)
  type!: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  entity?: string;

  @IsString()
  @MaxLength(128)
  id!: string;

  @IsIn(RELATED_ROLES)
  role!: RelatedRole;
}

/** Who is about to act, as accounts of the source system. */
export class StepActorDto {
  @IsString()
  @MaxLength(256)
  account!: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  onBehalfOf?: string;

  /** whom a service or shared account acts for */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  initiatedBy?: string;
}

/** A step that is about to happen: may it? */
export class DutyCheckDto {
  /** short name of the source system whose accounts are named */
  @IsString()
  @MaxLength(64)
  system!: string;

  @IsString()
  @MaxLength(64)
  entity!: string;

  @IsObject()
  @ValidateNested()
  @Type(() => StepObjectDto)
  object!: StepObjectDto;

  /** what is done, such as `approved`; the duty follows from it. Either this or `duty` */
  @IsOptional()
  @Matches(TYPE, { message: 'is an action such as approved' })
  action?: string;

  /** id of a duty, such as PO-APPROVE */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  duty?: string;

  @IsObject()
  @ValidateNested()
  @Type(() => StepActorDto)
  actor!: StepActorDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => MoneyDto)
  amount?: MoneyDto;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(64)
  @ValidateNested({ each: true })
  @Type(() => StepRelatedDto)
  related?: StepRelatedDto[];

  /** id of the mandate under which a service account approves */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  autoApprovalPolicy?: string;

  @IsOptional()
  @IsString()
  @MaxLength(128)
  emergencySession?: string;

  /** ask without a record: the answer cannot be cited */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

/** Several steps, each a question of its own. */
export class DutyChecksDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => DutyCheckDto)
  items!: DutyCheckDto[];
}
