import { type Json } from '../../kernel/json';
import {
  Amount,
  Currency,
  Identifier,
  IdentifierList,
  IdentifierMap,
  IntegerBetween,
  Matches,
  Nested,
  NestedList,
  OneOf,
  OpenMap,
  Optional,
  Text,
  TextMap,
} from './constraints';

export const CODE_BYTES_MAX = 64;
export const ID_BYTES_MAX = 128;
export const ENVELOPE_BYTES_MAX = 256;
export const URI_BYTES_MAX = 1024;

const OBJECT_TYPE = /^[a-z][a-z0-9-]{0,31}$/;
const ACTION = /^[a-z][a-z0-9-]{0,63}$/;
const ENTITY = /^(?!_$)[A-Za-z0-9_.-]{1,32}$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;
const MEDIA_TYPE = /^[A-Za-z0-9!#$&^_.+-]{1,64}\/[A-Za-z0-9!#$&^_.+-]{1,127}$/;
const CIVIL_DATE = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/;
const RATE = /^(?!0*(?:\.0*)?$)(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?$/;

const objectTypeSays = 'is an object type with dashes, such as "purchase-order"';

export class ObjectDto {
  @Matches(OBJECT_TYPE, objectTypeSays)
  readonly type!: string;

  @Identifier(ID_BYTES_MAX)
  readonly id!: string;

  @Optional()
  @Identifier(CODE_BYTES_MAX)
  readonly version?: string;
}

export class TransitionDto {
  @Matches(ACTION, 'is an action in the past tense, such as "approved"')
  readonly action!: string;

  @Optional()
  @Identifier(CODE_BYTES_MAX)
  readonly from?: string;

  @Identifier(CODE_BYTES_MAX)
  readonly to!: string;
}

export class AccountDto {
  @Identifier(ENVELOPE_BYTES_MAX)
  readonly account!: string;
}

export class ActorDto {
  @Identifier(ENVELOPE_BYTES_MAX)
  readonly account!: string;

  @OneOf('person', 'service', 'system')
  readonly kind!: 'person' | 'service' | 'system';

  @Optional()
  @Identifier(CODE_BYTES_MAX)
  readonly role?: string;

  @Optional()
  @Nested(() => AccountDto)
  readonly onBehalfOf?: AccountDto;
}

export class SourceDocumentDto {
  @Identifier(ENVELOPE_BYTES_MAX)
  readonly id!: string;

  @Optional()
  @Identifier(CODE_BYTES_MAX)
  readonly system?: string;

  @Optional()
  @Identifier(CODE_BYTES_MAX)
  readonly type?: string;

  @Optional()
  @Text(URI_BYTES_MAX)
  readonly url?: string;
}

export class MoneyDto {
  @Amount()
  readonly amount!: string;

  @Currency()
  readonly currency!: string;
}

export class BaseAmountDto {
  @Amount()
  readonly amount!: string;

  @Currency()
  readonly currency!: string;

  @Matches(RATE, 'is an exact decimal string above zero, such as "1.0842"')
  readonly rate!: string;

  @Matches(CIVIL_DATE, 'is a date, such as "2026-01-05"')
  readonly rateDate!: string;

  @Identifier(CODE_BYTES_MAX)
  readonly rateSource!: string;
}

export class RelatedDto {
  @Matches(OBJECT_TYPE, objectTypeSays)
  readonly type!: string;

  @Optional()
  @Matches(ENTITY, 'is a legal entity code of 1 to 32 letters, digits, "_", "-" and "."')
  readonly entity?: string;

  @Identifier(ID_BYTES_MAX)
  readonly id!: string;

  @OneOf(
    'requisition',
    'order',
    'receipt',
    'invoice',
    'settles',
    'posts',
    'reverses',
    'replaces',
    'part-of',
    'supplier',
    'customer',
    'bank-account',
  )
  readonly role!: string;
}

export class ControlDto {
  @Identifier(CODE_BYTES_MAX)
  readonly rule!: string;

  @IntegerBetween(0, 1_000_000_000)
  readonly version!: number;

  @OneOf('pass', 'warn', 'fail')
  readonly outcome!: 'pass' | 'warn' | 'fail';
}

export class OverrideDto {
  @Identifier(CODE_BYTES_MAX)
  readonly rule!: string;

  @Identifier(CODE_BYTES_MAX)
  readonly reason!: string;

  @Nested(() => AccountDto)
  readonly approver!: AccountDto;
}

export class AttachmentDto {
  @Text(ENVELOPE_BYTES_MAX)
  readonly name!: string;

  @Matches(SHA256_HEX, 'is a SHA-256 in 64 lower-case hex digits')
  readonly sha256!: string;

  @Matches(MEDIA_TYPE, 'is a media type, such as "application/pdf"')
  readonly mediaType!: string;

  @IntegerBetween(0, Number.MAX_SAFE_INTEGER)
  readonly bytes!: number;
}

export class TransitionDataDto {
  @Matches(
    ENTITY,
    'is a legal entity code of 1 to 32 letters, digits, "_", "-" and "."; "_" alone is not one',
  )
  readonly entity!: string;

  @Nested(() => ObjectDto)
  readonly object!: ObjectDto;

  @Nested(() => TransitionDto)
  readonly transition!: TransitionDto;

  @Nested(() => ActorDto)
  readonly actor!: ActorDto;

  @Optional()
  @Nested(() => AccountDto)
  readonly initiatedBy?: AccountDto;

  @Optional()
  @Identifier(CODE_BYTES_MAX)
  readonly autoApprovalPolicy?: string;

  @Optional()
  @Identifier(CODE_BYTES_MAX)
  readonly emergencySession?: string;

  @Optional()
  @Text(1024)
  readonly reason?: string;

  @Optional()
  @Nested(() => SourceDocumentDto)
  readonly sourceDocument?: SourceDocumentDto;

  @Optional()
  @Nested(() => MoneyDto)
  readonly amount?: MoneyDto;

  @Optional()
  @Nested(() => BaseAmountDto)
  readonly baseAmount?: BaseAmountDto;

  @Optional()
  @IdentifierMap(20, ID_BYTES_MAX)
  readonly dimensions?: Readonly<Record<string, string>>;

  @Optional()
  @NestedList(() => RelatedDto, 64)
  readonly related?: readonly RelatedDto[];

  @Optional()
  @NestedList(() => ControlDto, 64)
  readonly controls?: readonly ControlDto[];

  @Optional()
  @NestedList(() => OverrideDto, 64)
  readonly overrides?: readonly OverrideDto[];

  @Optional()
  @IntegerBetween(1, 1_000_000)
  readonly attempt?: number;

  @Optional()
  @IdentifierList(8, ID_BYTES_MAX)
  readonly checks?: readonly string[];

  @Optional()
  @NestedList(() => AttachmentDto, 32)
  readonly attachments?: readonly AttachmentDto[];

  @Optional()
  @TextMap(32, 1024)
  readonly personal?: Readonly<Record<string, string>>;

  @Optional()
  @OpenMap(32)
  readonly custom?: Readonly<Record<string, Json>>;
}
