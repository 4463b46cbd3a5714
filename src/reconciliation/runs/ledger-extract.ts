import { type CommandContext, type Executor } from '../../commanding';
import { batch } from '../imports/batch.decider';
import { type BatchReceived, type BatchTotal } from '../imports/batch.events';
import { batchIdOf, batchStream } from '../imports/batch-names';
import { type RunCommitted, type RunTotal } from './matching.events';

/** Source of batches that were taken from the ledger itself. */
export const LEDGER_SOURCE = 'ledger';

const EXTRACT_PROCESS = 'ledger-extract';
/** Entity of what is about several. */
const WHOLE_LEDGER = '_';

/**
 * Records what a run reads of the ledger's own projections as an import batch: the extract's hash, the position at which it
 * was taken, and its totals. The same extract is one batch, however many runs read it.
 */
export async function recordExtract(
  executor: Executor,
  run: Omit<RunCommitted, 'run'>,
  context: CommandContext,
): Promise<void> {
  const { a } = run.input;
  if (a.bytes === 0) return;
  const id = batchIdOf(LEDGER_SOURCE, a.sha256);
  const stream = batchStream(WHOLE_LEDGER, id);
  const { state } = await executor.load(stream, batch);
  if (state.received !== undefined) return;
  await executor.execute({
    stream,
    decider: batch,
    command: { id, received: receivedOf(run) },
    context: {
      process: EXTRACT_PROCESS,
      causingEventId: executor.firstEventId(context),
      n: 0,
    },
  });
}

function receivedOf({
  input,
  result,
  definition,
  cutoff,
}: Omit<RunCommitted, 'run'>): BatchReceived {
  const { sha256, bytes, position } = input.a;
  const lines = result.totals
    .filter(({ side }) => side === 'A' || input.b.files === 0)
    .reduce((sum, total) => sum + total.lines, 0);
  return {
    source: LEDGER_SOURCE,
    format: 'ledger-extract',
    encoding: 'utf-8',
    parser: { name: EXTRACT_PROCESS, version: 1 },
    file: { sha256, bytes },
    normalised: { sha256, bytes },
    counts: { statements: 0, entries: lines, lines, booked: lines, rejected: 0, duplicates: 0 },
    totals: result.totals.filter(({ side }) => side === 'A').map(totalOf),
    controls: { balance: NONE, summary: NONE, details: NONE },
    statements: [],
    extract: { definition, cutoff, position },
  };
}

const NONE = { passed: 0, failed: 0, notStated: 0 };

/** The ledger's sums by currency; a net of them has one sign. */
function totalOf({ currency, lines, amount }: RunTotal): BatchTotal {
  const isOut = amount.startsWith('-');
  const zero = amount
    .replace(/[0-9]/g, '0')
    .replace('-', '')
    .replace(/^0+(?=0)/, '');
  const money = (text: string) => ({ amount: text, currency });
  return {
    account: '',
    currency,
    lines,
    credit: money(isOut ? zero : amount),
    debit: money(isOut ? amount.slice(1) : zero),
  };
}
