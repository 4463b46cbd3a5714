/** One POST to another party: bounded in time and size, whatever that party does. */
export interface PostRequest {
  readonly url: string;
  readonly contentType: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** longer replies are cut off with an error */
  readonly replyBytesMax: number;
  readonly signal: AbortSignal;
}

export interface PostReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** @throws Error for no answer, a redirect, a reply that is too long or comes too late */
export type Post = (request: PostRequest) => Promise<PostReply>;

const DEADLINE_MS = 10_000;

/** Follows no redirect: who was configured is who is asked. */
export const postBounded: Post = async ({ url, contentType, body, replyBytesMax, signal }) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': contentType },
    body,
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.length;
    if (size > replyBytesMax) throw new Error(`the reply is over ${replyBytesMax} bytes`);
    chunks.push(bytes);
  }
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body: Buffer.concat(chunks),
  };
};
