import { openSqliteStore } from '../../src/event-store/sqlite';
import { isTieoutError } from '../../src/kernel/errors';
import { plannedCall } from './append-plan';

/**
 * Appends until the operating system refuses to let the file grow, then once more something small. Prints, as JSON, which
 * appends were acknowledged and what the others were told.
 */
async function main(): Promise<void> {
  const [, , folder = '', callsMax] = process.argv;
  const store = await openSqliteStore({ folder, ledger: 'main', mode: 'inline' });
  const acknowledged: number[] = [];
  const refused: { call: number; code: string; reason: unknown }[] = [];
  for (let call = 0; call < Number(callsMax) && refused.length < 3; call += 1) {
    const { stream, events } = plannedCall(call);
    // Large ones fill the file; after the first refusal a small one may still fit.
    const entry = Buffer.alloc(refused.length === 0 ? 60_000 : 10, call);
    try {
      await store.append(
        stream,
        'no-stream',
        events.map((event) => ({ ...event, entry })),
      );
      acknowledged.push(call);
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      refused.push({ call, code: error.code, reason: error.members['reason'] });
    }
  }
  console.log(JSON.stringify({ acknowledged, refused, finding: store.finding?.code ?? null }));
  process.exit(0);
}

void main();
