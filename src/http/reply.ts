import { type FastifyReply, type FastifyRequest } from 'fastify';

/** What a write tells beside its body. */
export interface Written {
  readonly revision: bigint;
  readonly position: string | undefined;
  readonly replayed?: boolean;
  readonly location?: string;
}

/** ETag, Consistency-Token, Location and Idempotency-Replayed of a write. */
export function writeHeaders(reply: FastifyReply, written: Written): void {
  void reply.header('ETag', etag(written.revision));
  if (written.position !== undefined) void reply.header('Consistency-Token', written.position);
  if (written.location !== undefined) void reply.header('Location', written.location);
  if (written.replayed === true) void reply.header('Idempotency-Replayed', 'true');
}

export const etag = (revision: bigint | number): string => `"rev-${revision}"`;

/** Sets the ETag of a read; true, with status 304, when the caller has this revision already. */
export function isNotModified(
  request: FastifyRequest,
  reply: FastifyReply,
  revision: bigint | number,
): boolean {
  const tag = etag(revision);
  void reply.header('ETag', tag);
  const known = request.headers['if-none-match']?.split(',').map((part) => part.trim()) ?? [];
  if (!known.includes(tag) && !known.includes('*')) return false;
  void reply.status(304);
  return true;
}

/** A page of a list; `next` is the cursor of the following page, absent on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
  readonly asOfPosition?: string;
}

/** Body and `Link: rel="next"` of a page; `url` is the request's own. */
export function sendPage<T>(reply: FastifyReply, url: string, page: Page<T>): Page<T> {
  if (page.next !== undefined) {
    const [path, query] = url.split('?', 2);
    const params = new URLSearchParams(query);
    params.set('cursor', page.next);
    void reply.header('Link', `<${path}?${params.toString()}>; rel="next"`);
  }
  return page;
}
