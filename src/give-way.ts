import { setPriority } from 'node:os';

/** The lowest: a sixtieth of a core when the writer and HTTP want all of it, and all that they leave. */
const PRIORITY = 19;

/**
 * Lowers the priority of the calling thread: rows and heads may be late, appends may not. Where there are fewer
 * free cores than threads that want one, recording comes first.
 *
 * On Linux the number 0 means the calling thread. Elsewhere it is the whole process, which must not be slowed down.
 */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(0, PRIORITY);
}
