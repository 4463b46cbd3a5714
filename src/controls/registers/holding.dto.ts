import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../../http';
import {
  DUTY,
  DUTY_FORM,
  ENTITY,
  ENTITY_FORM,
  INSTANT,
  INSTANT_FORM,
  PERSON,
  PERSON_FORM,
} from './forms';

/** A supplier, as its events name it. */
export class VendorDto {
  @Matches(ENTITY, ENTITY_FORM)
  entity!: string;

  @IsString()
  @MaxLength(128)
  id!: string;
}

/** Vendors that are paid as one. */
export class PayeeGroupDto {
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(256)
  @ValidateNested({ each: true })
  @Type(() => VendorDto)
  vendors!: VendorDto[];

  /** what makes them one: one bank account, or a group of companies */
  @IsIn(['bank-account', 'group'])
  basis!: 'bank-account' | 'group';
}

/** A right to a duty in a source system. */
export class EntitlementDto {
  /** who holds it; either this or `account` */
  @IsOptional()
  @Matches(PERSON, PERSON_FORM)
  person?: string;

  /** account of the system, as its source names it */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  account?: string;

  @Matches(DUTY, DUTY_FORM)
  duty!: string;

  /** a legal entity; without it all of them */
  @IsOptional()
  @Matches(ENTITY, ENTITY_FORM)
  entity?: string;

  /** instant from which it holds; without it from that of the list */
  @IsOptional()
  @Matches(INSTANT, INSTANT_FORM)
  from?: string;

  /** the first instant without it */
  @IsOptional()
  @Matches(INSTANT, INSTANT_FORM)
  to?: string;

  /** role or ticket in which it is seen */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  evidence?: string;
}

/** Everything that a system grants at one time; the next list of the same system ends what it does not repeat. */
export class EntitlementListDto {
  /** when the system was read */
  @Matches(INSTANT, INSTANT_FORM)
  asOf!: string;

  @IsArray()
  @ArrayMaxSize(20_000)
  @ValidateNested({ each: true })
  @Type(() => EntitlementDto)
  rows!: EntitlementDto[];
}

/** Whose rights a file holds, and when it was made. */
export class EntitlementFileQuery {
  /** short name of the source system */
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { message: 'is the short name of a source system' })
  system!: string;

  @Matches(INSTANT, INSTANT_FORM)
  asOf!: string;

  /** `yes`: read and check only */
  @IsOptional()
  @IsIn(['yes', 'no'])
  dryRun?: 'yes' | 'no';
}

/** Filters of the list of rights; all that are given must hold. */
export class EntitlementsQuery extends PageQuery {
  /** short name of the source system */
  @IsOptional()
  @IsString()
  system?: string;

  @IsOptional()
  @Matches(PERSON, PERSON_FORM)
  person?: string;

  /** opaque name of an account, as in events */
  @IsOptional()
  @IsString()
  account?: string;

  @IsOptional()
  @Matches(DUTY, DUTY_FORM)
  duty?: string;

  /** rights that hold at this instant */
  @IsOptional()
  @Matches(INSTANT, INSTANT_FORM)
  at?: string;
}
