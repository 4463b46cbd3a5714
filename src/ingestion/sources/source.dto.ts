import { isTimeZone } from '../../kernel/civil-date';
import { isIdentifier } from '../../kernel/identifier';
import {
  Attribute,
  Identifier,
  Matches,
  OneOf,
  Optional,
  rule,
  Text,
  Time,
} from '../contract/constraints';
import { type StateCode } from '../sources.events';

const SHORT_NAME = /^[a-z][a-z0-9-]{0,63}$/;
const OBJECTS_MAX = 64;
const CODES_MAX = 500;
const CODE_LENGTH_MAX = 64;

/** Body of `PUT /v1/sources/{id}`. */
export class PutSourceDto {
  /** the CloudEvents `source` of this system */
  @Attribute(1024, /^[^\s\p{Cc}]+$/u, 'is a URI without spaces')
  readonly uri!: string;

  @Optional()
  @Identifier(128)
  readonly name?: string;

  /** IANA name of the zone in which the system writes times without an offset; UTC by default */
  @Optional()
  @rule(
    'isTimeZone',
    (zone) => typeof zone === 'string' && isTimeZone(zone),
    'is an IANA time zone, such as "Europe/Berlin"',
  )
  readonly timeZone?: string;

  /** what to do with times finer than a millisecond; `refuse` by default */
  @Optional()
  @OneOf('cut', 'refuse')
  readonly fineTime?: 'cut' | 'refuse';

  /** by object type, the source's own status codes and the states that they stand for */
  @Optional()
  @rule('isStateCodes', isStateCodes, 'has, by object type, lists of {code, state}')
  readonly stateCodes?: Readonly<Record<string, readonly StateCode[]>>;

  /** what occurred before is flagged `backfill` */
  @Optional()
  @Time()
  readonly agreedStart?: string;
}

/** The short name in the path. */
export class SourceIdDto {
  @Text(64)
  @Matches(SHORT_NAME, 'is 1 to 64 lower-case letters, digits and dashes, beginning with a letter')
  readonly id!: string;
}

function isStateCodes(value: unknown): boolean {
  if (!isMap(value)) return false;
  const lists = Object.values(value);
  return lists.length <= OBJECTS_MAX && lists.every(isCodeList);
}

function isCodeList(list: unknown): boolean {
  return Array.isArray(list) && list.length <= CODES_MAX && list.every(isStateCode);
}

function isStateCode(value: unknown): boolean {
  if (!isMap(value) || Object.keys(value).length !== 2) return false;
  const { code, state } = value as Record<string, unknown>;
  return isName(code) && isName(state);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length <= CODE_LENGTH_MAX && isIdentifier(value);
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
