import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../../http';
import {
  DATE,
  DATE_FORM,
  ENTITY,
  ENTITY_FORM,
  INSTANT,
  INSTANT_FORM,
  PERSON,
  PERSON_FORM,
} from './forms';

const CODE = /^[A-Z]{3}$/;
const CODE_FORM = { message: 'is an ISO 4217 code' };
const DECIMAL = /^(?:0|[1-9]\d{0,17})(?:\.\d{1,12})?$/;
const DECIMAL_FORM = { message: 'is a decimal such as 10000.00' };

/** An amount of money. */
export class MoneyDto {
  /** in major units */
  @Matches(DECIMAL, DECIMAL_FORM)
  amount!: string;

  @Matches(CODE, CODE_FORM)
  currency!: string;
}

/** The highest amount a person may approve for a duty. */
export class AuthorityLimitDto {
  @Matches(PERSON, PERSON_FORM)
  person!: string;

  /** id of a duty, such as PO-APPROVE */
  @IsString()
  duty!: string;

  /** in the base currency; the value itself is included */
  @ValidateNested()
  @Type(() => MoneyDto)
  limit!: MoneyDto;

  /** a legal entity; without it all */
  @IsOptional()
  @Matches(ENTITY, ENTITY_FORM)
  entity?: string;

  /** first local date */
  @IsOptional()
  @Matches(DATE, DATE_FORM)
  from?: string;

  /** last local date, included */
  @IsOptional()
  @Matches(DATE, DATE_FORM)
  to?: string;
}

/** Authority lent to another person. It cannot be lent again. */
export class DelegationDto {
  @Matches(PERSON, PERSON_FORM)
  principal!: string;

  @Matches(PERSON, PERSON_FORM)
  delegate!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(64)
  @IsString({ each: true })
  duties!: string[];

  @IsOptional()
  @Matches(ENTITY, ENTITY_FORM)
  entity?: string;

  /** lowers the authority that is lent; in the base currency */
  @IsOptional()
  @ValidateNested()
  @Type(() => MoneyDto)
  cap?: MoneyDto;

  @Matches(INSTANT, INSTANT_FORM)
  from!: string;

  /** the first instant without it */
  @Matches(INSTANT, INSTANT_FORM)
  to!: string;
}

/** The mandate under which a service account approves. */
export class AutoApprovalDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(64)
  @IsString({ each: true })
  duties!: string[];

  @ValidateNested()
  @Type(() => MoneyDto)
  limit!: MoneyDto;

  @Matches(INSTANT, INSTANT_FORM)
  from!: string;

  @IsOptional()
  @Matches(INSTANT, INSTANT_FORM)
  to?: string;
}

/** One rate of one date; the id in the path is `FROM-TO-DATE`. */
export class ExchangeRateDto {
  @Matches(CODE, CODE_FORM)
  from!: string;

  @Matches(CODE, CODE_FORM)
  to!: string;

  @Matches(DATE, DATE_FORM)
  date!: string;

  /** how much of `to` one unit of `from` is */
  @Matches(DECIMAL, DECIMAL_FORM)
  rate!: string;

  /** where the rate is from, such as ECB reference rates */
  @IsString()
  @MaxLength(128)
  source!: string;
}

/** An approved, expiring permission for one rule and person. */
export class SodExceptionDto {
  /** id of a rule, such as P2P-05 */
  @IsString()
  rule!: string;

  @Matches(PERSON, PERSON_FORM)
  person!: string;

  /** related objects it is limited to, by key: `vendor`, `customer`, `entity`, `object` */
  @IsOptional()
  @IsObject()
  scope?: Record<string, string>;

  @IsString()
  @MaxLength(128)
  reason!: string;

  /** the independent control that makes up for it */
  @IsString()
  @MaxLength(256)
  compensatingControl!: string;

  @Matches(INSTANT, INSTANT_FORM)
  from!: string;

  @Matches(INSTANT, INSTANT_FORM)
  to!: string;

  /** until when the control must have been performed, by somebody else */
  @IsOptional()
  @Matches(INSTANT, INSTANT_FORM)
  controlDueAt?: string;
}

/** Time-boxed elevated access. */
export class EmergencySessionDto {
  /** person whose session it is */
  @Matches(PERSON, PERSON_FORM)
  user!: string;

  @IsString()
  @MaxLength(128)
  reason!: string;

  @Matches(INSTANT, INSTANT_FORM)
  from!: string;

  @Matches(INSTANT, INSTANT_FORM)
  to!: string;
}

/** A person: opaque, without a name. */
export class PersonDto {
  @IsOptional()
  @Matches(PERSON, PERSON_FORM)
  manager?: string;

  @IsOptional()
  @Matches(INSTANT, INSTANT_FORM)
  managerFrom?: string;

  @IsOptional()
  @Matches(INSTANT, INSTANT_FORM)
  managerTo?: string;

  /** the record that stands for this one, for past acts too */
  @IsOptional()
  @Matches(PERSON, PERSON_FORM)
  mergedInto?: string;
}

/** Filters of the list of a register; all that are given must hold. */
export class RegisterQuery extends PageQuery {
  @IsOptional()
  @IsIn(['proposed', 'approved', 'rejected', 'revoked'])
  state?: string;

  /** a person the entry is about */
  @IsOptional()
  @Matches(PERSON, PERSON_FORM)
  person?: string;

  /** id of a rule */
  @IsOptional()
  @Matches(/^[A-Z0-9]{2,8}-[0-9]{2,3}$/, { message: 'is a rule such as P2P-04' })
  rule?: string;
}

/** Why, in a few words or as a code. */
export class NoteDto {
  @IsString()
  @MaxLength(256)
  note!: string;
}

/** A legal entity: its dates are those of its time zone. */
export class LegalEntityDto {
  /** IANA name, such as Europe/Berlin */
  @IsString()
  @MaxLength(64)
  timeZone!: string;
}
