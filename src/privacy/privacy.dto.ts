import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../http';
import { type RetentionClass } from './privacy.events';

/** Text that stands in entries: no control characters. */
const PLAIN_TEXT = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;
const PLAIN = { message: 'has no control or format characters' };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SUBJECT = /^[a-z0-9][a-z0-9-]{0,63}$/;
const SUBJECT_FORM = { message: 'is a pseudonym, such as per-5d0e71b30c2a, or the id of an event' };
const PERIOD_FORM = /^P(?=\d)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,5}D)?$/;
const VALUES_MAX = 500;

export class NamedValueDto {
  /** id of the event */
  @Matches(UUID, { message: 'is the id of an event' })
  event!: string;

  /** JSON Pointer of the value in the event as sent, as its entry names it */
  @Matches(/^(\/[^\p{C}]*)+$/u, { message: 'is a JSON Pointer, such as /data/reason' })
  @MaxLength(512)
  path!: string;
}

export class RequestErasureDto {
  /** whose values: all of them, with the key and the pseudonym */
  @IsOptional()
  @Matches(SUBJECT, SUBJECT_FORM)
  subject?: string;

  /** values of one subject, instead of all of them */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(VALUES_MAX)
  @ArrayUnique((value: NamedValueDto) => `${value.event}${value.path}`)
  @ValidateNested({ each: true })
  @Type(() => NamedValueDto)
  values?: NamedValueDto[];

  /** why it is erased, such as "GDPR Art. 17(1)(b)"; stays in the ledger, so it names nobody */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  @Matches(PLAIN_TEXT, PLAIN)
  legalBasis!: string;
}

/** Why something is refused or ended. It stays in the ledger, so it names nobody. */
export class PrivacyReasonDto {
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  @Matches(PLAIN_TEXT, PLAIN)
  reason!: string;
}

export class HeldObjectDto {
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

export class HoldScopeDto {
  /** one subject, one object, one legal entity, or all that the ledger has */
  @IsIn(['subject', 'object', 'entity', 'ledger'])
  kind!: 'subject' | 'object' | 'entity' | 'ledger';

  @ValidateIf(({ kind }: HoldScopeDto) => kind === 'subject')
  @Matches(SUBJECT, SUBJECT_FORM)
  subject?: string;

  @ValidateIf(({ kind }: HoldScopeDto) => kind === 'object')
  @ValidateNested()
  @Type(() => HeldObjectDto)
  object?: HeldObjectDto;

  @ValidateIf(({ kind }: HoldScopeDto) => kind === 'entity')
  @IsString()
  @MinLength(1)
  @MaxLength(32)
  entity?: string;
}

export class PlaceHoldDto extends PrivacyReasonDto {
  @ValidateNested()
  @Type(() => HoldScopeDto)
  scope!: HoldScopeDto;

  /** law, court or case that asks for it */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  @Matches(PLAIN_TEXT, PLAIN)
  authority!: string;
}

export class RetentionPolicyDto {
  /** `account` is the name behind a pseudonym, `personal` every value without a class of its own */
  @IsIn(['reason', 'attachment-name', 'personal', 'account'])
  class!: RetentionClass;

  /** what the time is counted from; for accounts always the last event, when it was recorded */
  @IsIn(['recorded', 'occurred'])
  trigger!: 'recorded' | 'occurred';

  /** years, months, days: `P10Y`, `P1Y6M` */
  @Matches(PERIOD_FORM, { message: 'is a period of years, months and days, such as P10Y' })
  duration!: string;

  /** law that asks for it */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  @Matches(PLAIN_TEXT, PLAIN)
  authority!: string;
}

export class PutPoliciesDto {
  /** all of them: a class that is not named has no retention */
  @IsArray()
  @ArrayMaxSize(4)
  @ArrayUnique((policy: RetentionPolicyDto) => policy.class)
  @ValidateNested({ each: true })
  @Type(() => RetentionPolicyDto)
  policies!: RetentionPolicyDto[];
}

export class ErasuresQuery extends PageQuery {
  @IsOptional()
  @IsIn(['requested', 'approved', 'rejected', 'deferred', 'erased'])
  state?: string;

  @IsOptional()
  @Matches(SUBJECT, SUBJECT_FORM)
  subject?: string;
}

export class HoldsQuery extends PageQuery {
  @IsOptional()
  @IsIn(['active', 'releasing', 'released'])
  state?: string;

  @IsOptional()
  @Matches(SUBJECT, SUBJECT_FORM)
  subject?: string;
}

export class PersonalQuery {
  /** why the values are opened; stays in the ledger, so it names nobody */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  @Matches(PLAIN_TEXT, PLAIN)
  purpose!: string;
}
