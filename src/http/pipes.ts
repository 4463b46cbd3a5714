import { Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { type Readable } from 'node:stream';
import {
  fieldError,
  fieldErrors,
  TieoutError,
  tooLarge,
  type FieldError,
  type ProblemCode,
} from '../kernel/errors';
import { isJsonObject, type Json, type JsonObject } from '../kernel/json';
import { parseStrictJson } from '../kernel/strict-json';

/** Body of a command. */
const COMMAND_BYTES_MAX = 1024 * 1024;

/**
 * Reads a command's body with the strict reader and validates it.
 *
 * @throws TieoutError the `json-*` codes, `too-large`, `unknown-field`, `contract-violation`
 */
@Injectable()
export class JsonBodyPipe implements PipeTransform<unknown, Promise<object>> {
  /** @param dtoOf by what the body has, where a route takes more than one form */
  constructor(private readonly dtoOf: (json: JsonObject) => Type<object>) {}

  async transform(value: unknown): Promise<object> {
    const json = parseStrictJson(await bytesOf(value));
    if (!isJsonObject(json))
      throw new TieoutError('contract-violation', 'The body is a JSON object.');
    return validated(this.dtoOf(json), json, pointerOf);
  }
}

/** Validates query parameters. @throws TieoutError `parameter-unknown`, `malformed` */
@Injectable()
export class QueryPipe implements PipeTransform<unknown, object> {
  constructor(private readonly dto: Type<object>) {}

  transform(value: unknown): object {
    const query = value as Readonly<Record<string, Json>>;
    const instance = plainToInstance(this.dto, query);
    const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
    const [first] = errors;
    if (first === undefined) return instance;
    const unknown = errors.find((e) => e.constraints?.['whitelistValidation'] !== undefined);
    if (unknown !== undefined) {
      throw new TieoutError('parameter-unknown', `There is no parameter ${unknown.property}.`, {
        parameter: unknown.property,
      });
    }
    throw new TieoutError('malformed', `${first.property}: ${messageOf(first)}`, {
      parameter: first.property,
    });
  }
}

/** Validates a value against a DTO; every field that fails is named by its JSON Pointer. */
export function validated(
  dto: Type<object>,
  json: Json,
  pointer: (path: readonly string[]) => string,
): object {
  refuseInheritedNames(json, [], pointer);
  // Spread: class-transformer looks at constructors, and the strict reader's objects have no prototype.
  const instance = plainToInstance(dto, structuredClone(json) as object);
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  if (errors.length > 0) throw fieldErrors(errors.flatMap((e) => flatten(e, [], pointer)));
  return instance;
}

/**
 * class-validator and class-transformer ask objects for members by name, and take one that every object inherits
 * (`constructor`, `toString`) for known, or call it. No command has a member of such a name.
 */
function refuseInheritedNames(
  json: Json,
  path: readonly string[],
  pointer: (path: readonly string[]) => string,
): void {
  if (typeof json !== 'object' || json === null) return;
  for (const [name, member] of Object.entries(json)) {
    const here = [...path, name];
    if (name in Object.prototype) {
      throw fieldError('unknown-field', pointer(here), 'there is no such member here.');
    }
    refuseInheritedNames(member, here, pointer);
  }
}

function flatten(
  error: ValidationError,
  path: readonly string[],
  pointer: (path: readonly string[]) => string,
): FieldError[] {
  const here = [...path, error.property];
  const own = Object.entries(error.constraints ?? {}).map(([name, detail]) => ({
    pointer: pointer(here),
    code: codeOf(name),
    detail,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, here, pointer))];
}

const CONSTRAINT_CODES: Readonly<Record<string, ProblemCode>> = {
  whitelistValidation: 'unknown-field',
  isMoney: 'money-form',
  isInstant: 'time-form',
  isCivilDate: 'time-form',
  isIdentifier: 'identifier-form',
};

function codeOf(constraint: string): ProblemCode {
  return CONSTRAINT_CODES[constraint] ?? 'contract-violation';
}

function messageOf(error: ValidationError): string {
  const [own] = Object.values(error.constraints ?? {});
  if (own !== undefined) return own;
  const [child] = error.children ?? [];
  return child === undefined ? 'is not valid' : messageOf(child);
}

/** RFC 6901. */
export function pointerOf(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

async function bytesOf(value: unknown): Promise<Uint8Array> {
  if (value === undefined || value === null) return Buffer.alloc(0);
  if (Buffer.isBuffer(value)) return value;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of value as Readable & AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > COMMAND_BYTES_MAX) throw tooLarge('The body', COMMAND_BYTES_MAX, size, 'bytes');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
