import { createHash } from 'node:crypto';
import { type NewEvent } from '../../src/event-store';

export const PLANNED_CALLS = 4_000;
export const CONCURRENT_CALLS = 50;
const EVENTS_A_CALL = 3;

/** Append number `i` of a process that will be killed: the same in that process and in the test that looks after it. */
export function plannedCall(i: number): { stream: string; events: NewEvent[] } {
  const events = Array.from({ length: EVENTS_A_CALL }, (_, j) => ({
    id: uuidOf(`id ${i} ${j}`),
    storeId: uuidOf(`store ${i} ${j}`),
    type: 'invoice.received',
    entry: Buffer.from(`entry ${i} ${j} `.repeat(40)),
  }));
  return { stream: `invoice-E_DE.KILLED-${i}`, events };
}

function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [8, 4, 4, 4, 12]
    .map((length, i) => hex.slice([0, 8, 12, 16, 20][i], [0, 8, 12, 16, 20][i]! + length))
    .join('-');
}
