import { type FastifyRequest } from 'fastify';
import { canonicalBytes } from '../kernel/canonical-json';
import { sha256Hex } from '../kernel/hash';
import { type JsonObject } from '../kernel/json';
import { type CommandContext } from '../commanding';
import { type Caller } from './caller';
import { revisionOf } from './decorators';

/** A PUT names what it makes, so the request itself is its key: sent again, it meets its first result. */
export function putContext(
  caller: Caller,
  request: FastifyRequest,
  content: JsonObject,
): CommandContext {
  const path = request.url.split('?', 1)[0] ?? request.url;
  const ifMatch = revisionOf(request.headers['if-match']);
  const digest = sha256Hex(canonicalBytes(['PUT', path, content, String(ifMatch ?? 'none')]));
  return {
    principal: caller.client,
    actor: { id: caller.client, kind: caller.kind },
    idempotencyKey: `put-${digest}`,
    digest,
    ...(ifMatch === undefined ? {} : { ifMatch }),
  };
}
