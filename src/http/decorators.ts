import {
  Body,
  createParamDecorator,
  Query,
  SetMetadata,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { sha256Hex } from '../kernel/hash';
import { canonicalBytes } from '../kernel/canonical-json';
import { TieoutError } from '../kernel/errors';
import { type Json, type JsonObject } from '../kernel/json';
import { type CommandContext } from '../commanding';
import { type Caller } from './caller';
import { JsonBodyPipe, QueryPipe } from './pipes';

export const SCOPES = 'tieout:scopes';
export const PUBLIC = 'tieout:public';

/** The caller needs one of these scopes. A route without this decorator and without `Public` is refused at start. */
export const Scopes = (...scopes: readonly string[]) => SetMetadata(SCOPES, scopes);

/** `anyone`; any `authenticated` caller; or `anyone` where the operator made the log public, else authenticated. */
export const Public = (who: 'anyone' | 'authenticated' | 'if-log-public') =>
  SetMetadata(PUBLIC, who);

/** The authenticated caller, put on the request by the guard. */
export const CallerParam = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest & { caller?: Caller }>();
  if (caller === undefined)
    throw new TieoutError('unauthenticated', 'Send an API key: Authorization: Bearer tieout_…');
  return caller;
});

/** A JSON body, read by the strict reader and checked against the DTO; unknown members are refused. */
export const JsonBody = (dto: Type<object>): ParameterDecorator => JsonBodyOf(() => dto);

/** As `JsonBody`, of a route that takes more than one form of body. */
export const JsonBodyOf =
  (dtoOf: (json: JsonObject) => Type<object>): ParameterDecorator =>
  (target, key, index) =>
    Body(new JsonBodyPipe(dtoOf))(target, key, index);

/** Query parameters checked against the DTO; an unknown one is refused, since a misspelt filter must not widen a result. */
export const ValidQuery =
  (dto: Type<object>): ParameterDecorator =>
  (target, key, index) =>
    Query(new QueryPipe(dto))(target, key, index);

/**
 * The context of a command: caller, Idempotency-Key, If-Match and the digest of the canonical request.
 *
 * Must stand after the `JsonBody` parameter, or on a command without a body.
 */
export const Command = createParamDecorator(
  (
    options: { ifMatch?: 'required' | 'hash' } | undefined,
    context: ExecutionContext,
  ): ContextOf => {
    const request = context.switchToHttp().getRequest<FastifyRequest & { caller?: Caller }>();
    const { caller } = request;
    if (caller === undefined) throw new TieoutError('unauthenticated', 'Send an API key.');
    // What names a hash there says nothing of a revision: the command compares it itself.
    const ifMatch =
      options?.ifMatch === 'hash' ? undefined : revisionOf(request.headers['if-match']);
    if (options?.ifMatch === 'required' && ifMatch === undefined) {
      throw new TieoutError(
        'precondition-required',
        'Send If-Match with the ETag that you read, such as "rev-2".',
      );
    }
    const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key']);
    const path = request.url.split('?', 1)[0] ?? request.url;
    return (body) => ({
      principal: caller.client,
      actor: { id: caller.client, kind: caller.kind },
      idempotencyKey,
      digest: sha256Hex(canonicalBytes([request.method, path, plain(body)])),
      ...(ifMatch === undefined ? {} : { ifMatch }),
    });
  },
);

/** Builds the command's context from its body, so that a repeat with another body is told apart. */
export type ContextOf = (body?: object) => CommandContext;

/** A DTO as plain JSON: its absent members are `undefined` on the instance and no part of the request. */
function plain(body: object | undefined): Json {
  return body === undefined ? null : (JSON.parse(JSON.stringify(body)) as Json);
}

/** @throws TieoutError `malformed` */
export function revisionOf(header: string | undefined): bigint | undefined {
  if (header === undefined) return undefined;
  const match = /^"rev-(0|[1-9]\d{0,15})"$/.exec(header);
  if (match?.[1] === undefined)
    throw new TieoutError('malformed', 'If-Match is a quoted revision, such as "rev-2".');
  return BigInt(match[1]);
}

/**
 * The hash that `If-Match` names where an ETag is one: `"<64 hex>"`.
 *
 * @throws TieoutError `precondition-required`, `malformed`
 */
export function hashMatch(header: string | undefined): string {
  if (header === undefined) {
    throw new TieoutError(
      'precondition-required',
      'Send If-Match with the ETag that you read: the hash of what you sign.',
    );
  }
  const match = /^"([0-9a-f]{64})"$/.exec(header);
  if (match?.[1] === undefined)
    throw new TieoutError('malformed', 'If-Match is a quoted SHA-256 of 64 hex digits.');
  return match[1];
}

const KEY_FORM = /^[\x21-\x7e]{1,128}$/;

/** @throws TieoutError `idempotency-key-required`, `malformed` */
export function idempotencyKeyOf(header: string | string[] | undefined): string {
  if (typeof header !== 'string') {
    throw new TieoutError(
      'idempotency-key-required',
      'Send an Idempotency-Key of 1 to 128 printable characters, fixed before the first attempt.',
    );
  }
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!KEY_FORM.test(key))
    throw new TieoutError('malformed', 'Idempotency-Key has 1 to 128 printable characters.');
  return key;
}
