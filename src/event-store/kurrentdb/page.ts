import { type Readable } from 'node:stream';
import { NotAnswered } from './timed';

/** A read of the client. It is a readable stream, whose overloads do not compare with those of Node's types. */
export interface Cancellable {
  cancel(): Promise<void>;
}

/**
 * Takes items of a read until it ends or `take` has enough. The client gives reads no deadline, so silence of `idleMs` ends
 * them; the server's call is over when this returns or throws.
 *
 * @throws NotAnswered; what the client throws
 */
export async function readItems<T>(
  call: Cancellable,
  idleMs: number,
  take: (item: T) => 'more' | 'enough',
): Promise<void> {
  const read = call as Cancellable & Readable;
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const restart = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => reject(new NotAnswered(idleMs)), idleMs);
      };
      read.on('data', (item: T) => {
        restart();
        try {
          if (take(item) === 'enough') resolve();
        } catch (error) {
          reject(error);
        }
      });
      read.on('error', reject);
      read.on('end', resolve);
      restart();
    });
  } finally {
    clearTimeout(timer);
    leave(read);
  }
}

/** Ends the server's call. What the client says of a call that we left concerns nobody. */
function leave(read: Cancellable & Readable): void {
  read.removeAllListeners('data');
  read.on('error', () => undefined);
  if (!read.readableEnded) void read.cancel().catch(() => undefined);
  read.destroy();
}
