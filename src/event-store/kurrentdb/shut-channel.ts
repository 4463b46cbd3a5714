import { PassThrough } from 'node:stream';

/** gRPC's UNAVAILABLE */
const UNAVAILABLE = 14;

type Callback = (error: Error | null, reply?: unknown) => void;

interface Appending {
  append(...args: readonly unknown[]): unknown;
}

/**
 * A reconnect shuts the channel while other appends are about to use it. The call then throws inside a promise of the
 * client that nobody holds: the process would end, and the append never settle. Here it fails as any call that the server
 * did not get.
 */
export function tellingShutChannel<C extends object>(client: C): C {
  const inner = client as C & Partial<Appending>;
  if (inner.append === undefined) return client;
  const guarded = Object.create(client) as C & Appending;
  guarded.append = (...args: readonly unknown[]): unknown => {
    try {
      return (client as C & Appending).append(...args);
    } catch (error) {
      const callback = args.at(-1) as Callback;
      queueMicrotask(() => callback(neverSent(error)));
      return new PassThrough({ objectMode: true }).resume();
    }
  };
  return guarded;
}

function neverSent(cause: unknown): Error {
  const details = `No connection established. ${cause instanceof Error ? cause.message : ''}`;
  return Object.assign(new Error(details), { code: UNAVAILABLE, details, cause });
}
