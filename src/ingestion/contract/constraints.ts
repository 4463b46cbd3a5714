import { Type } from 'class-transformer';
import {
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationArguments,
  type ValidationOptions,
} from 'class-validator';
import { isTieoutError } from '../../kernel/errors';
import { isIdentifier } from '../../kernel/identifier';
import { isInstant, parseInstant } from '../../kernel/instant';
import { minorDigits, parseAmount } from '../../kernel/money';

type NestedType = () => new () => object;

const NESTED = new Map<object, Map<string, NestedType>>();

/** The class that a nested member is validated as. @param target prototype of the class that has the member */
export function nestedTypeOf(target: object, property: string): (new () => object) | undefined {
  return NESTED.get(target)?.get(property)?.();
}

function remember(type: NestedType): PropertyDecorator {
  return (target, property) => {
    const members = NESTED.get(target) ?? new Map<string, NestedType>();
    members.set(String(property), type);
    NESTED.set(target, members);
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The one condition that compiled validation knows. */
export const isPresent = (_: unknown, value: unknown): boolean => value !== undefined;

/** Absent is fine, `null` is not: the two differ in every hash. */
export const Optional = (): PropertyDecorator => ValidateIf(isPresent);

/** A JSON object that is validated as `type`; a list does not pass for one. */
export function Nested(type: NestedType): PropertyDecorator {
  return all(
    rule('isObject', isObject, 'is an object'),
    ValidateNested(),
    Type(type),
    remember(type),
  );
}

/** A list of 1 to `max` JSON objects, each validated as `type`. Absent says what an empty list would. */
export function NestedList(type: NestedType, max: number): PropertyDecorator {
  const test = (value: unknown) =>
    Array.isArray(value) && value.length >= 1 && value.length <= max && value.every(isObject);
  return all(
    rule('isObjectList', test, `is a list of 1 to ${max} objects`),
    ValidateNested({ each: true }),
    Type(type),
    remember(type),
  );
}

/** Text of 1 to `bytesMax` bytes; no other rule. */
export const Text = (bytesMax: number): PropertyDecorator =>
  rule('isText', (value) => isText(value, bytesMax), `is text of 1 to ${bytesMax} bytes`);

/** Text that names something: Unicode NFC, no control or format characters, no space at either end. */
export const Identifier = (bytesMax: number, options?: ValidationOptions): PropertyDecorator =>
  all(
    rule(
      'isText',
      (value) => isText(value, bytesMax),
      `is text of 1 to ${bytesMax} bytes`,
      options,
    ),
    rule(
      'isIdentifier',
      (value) => typeof value === 'string' && isIdentifier(value),
      'is in Unicode NFC, without control or format characters and without spaces at its ends',
      options,
    ),
  );

/** A list of 1 to `max` identifiers. */
export const IdentifierList = (max: number, bytesMax: number): PropertyDecorator =>
  all(
    rule('isList', (value) => isListOf(value, max), `is a list of 1 to ${max} texts`),
    Identifier(bytesMax, { each: true }),
  );

export const Matches = (pattern: RegExp, says: string): PropertyDecorator =>
  rule('matches', (value) => typeof value === 'string' && pattern.test(value), says);

export const OneOf = (...words: readonly string[]): PropertyDecorator =>
  rule('isOneOf', (value) => words.includes(value as string), `is one of: ${words.join(', ')}`);

/** An integer in a range; the strict reader has refused fractions and what a double cannot hold. */
export const IntegerBetween = (least: number, most: number): PropertyDecorator =>
  rule(
    'isIntegerBetween',
    (value) =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    `is an integer from ${least} to ${most}`,
  );

/** RFC 3339 with an offset. Digits finer than milliseconds are the source's agreement, so they pass here. */
export const Time = (): PropertyDecorator =>
  rule(
    'isInstant',
    (value) =>
      typeof value === 'string' &&
      (isInstant(value) || parses(() => parseInstant(value, '', 'cut'))),
    'is a date and time with its offset, such as "2026-01-05T10:41:07.055Z" or "2026-01-05T11:41:07+01:00"',
  );

export const Currency = (): PropertyDecorator =>
  rule(
    'isCurrency',
    (value) => typeof value === 'string' && minorDigits(value) !== undefined,
    'is an ISO 4217 currency with minor units, such as "EUR"',
  );

/** An amount in the digits of the `currency` beside it; where that is not known, `currency` is the error. */
export const Amount = (): PropertyDecorator =>
  rule(
    'isAmount',
    (value, args) => {
      const { currency } = args.object as { currency?: unknown };
      if (typeof currency !== 'string' || minorDigits(currency) === undefined)
        return typeof value === 'string';
      return typeof value === 'string' && parses(() => parseAmount(value, currency));
    },
    'is a decimal string with exactly the digits of its currency, such as "1190.00" for EUR',
  );

/**
 * An attribute of the CloudEvent around the data: non-empty text of at most `bytesMax` bytes.
 */
export const Attribute = (bytesMax: number, pattern?: RegExp, says?: string): PropertyDecorator =>
  rule(
    'isAttribute',
    (value) => isText(value, bytesMax) && (pattern === undefined || pattern.test(value)),
    says ?? `is text of 1 to ${bytesMax} bytes`,
  );

/** A map from names to non-empty texts, with 1 to `max` members. */
export const TextMap = (max: number, bytesMax: number): PropertyDecorator =>
  rule(
    'isTextMap',
    (value) => isMapOf(value, max, (member) => isText(member, bytesMax)),
    `has 1 to ${max} members, each text of 1 to ${bytesMax} bytes`,
  );

/** A map from names to identifiers, with 1 to `max` members. */
export const IdentifierMap = (max: number, bytesMax: number): PropertyDecorator =>
  rule(
    'isIdentifierMap',
    (value) => isMapOf(value, max, (member) => isText(member, bytesMax) && isIdentifier(member)),
    `has 1 to ${max} members, each an identifier of 1 to ${bytesMax} bytes`,
  );

/** A map from names to values of any kind; the contract of the type says which. */
export const OpenMap = (max: number): PropertyDecorator =>
  rule('isOpenMap', (value) => isMapOf(value, max, () => true), `has 1 to ${max} members`);

function isText(value: unknown, bytesMax: number): value is string {
  if (typeof value !== 'string' || value === '' || value.length > bytesMax) return false;
  return value.length * 3 <= bytesMax || Buffer.byteLength(value) <= bytesMax;
}

function isListOf(value: unknown, max: number): boolean {
  return Array.isArray(value) && value.length >= 1 && value.length <= max;
}

function isMapOf(value: unknown, max: number, test: (member: unknown) => boolean): boolean {
  if (!isObject(value)) return false;
  let count = 0;
  for (const name in value) {
    count += 1;
    if (count > max || !test((value as Record<string, unknown>)[name])) return false;
  }
  return count >= 1;
}

function parses(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (isTieoutError(error)) return false;
    throw error;
  }
}

/** One rule of a member, as a decorator. */
export function rule(
  name: string,
  validate: (value: unknown, args: ValidationArguments) => boolean,
  says: string,
  options?: ValidationOptions,
): PropertyDecorator {
  const validator = {
    validate: (value: unknown, args?: ValidationArguments) =>
      validate(value, args as ValidationArguments),
    defaultMessage: () => says,
  };
  return ValidateBy({ name, validator }, options);
}

function all(...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
}
