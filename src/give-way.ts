import { setPriority } from 'node:os';

/**
 * Half of the lowest niceness: about a tenth of a core when the writer and HTTP want all of it. The lowest would get
 * nothing on a machine that has other work too.
 */
const PRIORITY = 10;

/**
 * Lowers the priority of the calling thread: rows and heads may be late, appends may not. Where there are fewer
 * free cores than threads that want one, recording comes first.
 *
 * On Linux the number 0 means the calling thread. Elsewhere it is the whole process, which must not be slowed down.
 */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(0, PRIORITY);
}
