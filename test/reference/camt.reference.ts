import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTieoutError } from '../../src/kernel/errors';
import { readCamt } from '../../src/reconciliation/sources/camt/camt-reader';
import {
  type Balance,
  type StatementItem,
  type StatementSummary,
} from '../../src/reconciliation/sources/statement';
import { scaled, scaledMinor, SHARED } from '../support/reference-files';

/**
 * Reads every published camt file beside the repository and compares it with figures that were computed twice by other
 * readers. Run by hand; without the folder it says so and ends well.
 */
interface ExpectedStatement {
  readonly kind: string;
  readonly id: string;
  readonly account: string;
  readonly entries: number;
  readonly transactionDetails: number;
  readonly credit: string;
  readonly debit: string;
  readonly balances: readonly { type: string; amount: string; currency: string; date: string }[];
  readonly closingMinusOpeningMinusBooked?: string;
}

interface Figures {
  readonly files: Readonly<Record<string, readonly ExpectedStatement[]>>;
  readonly withoutStatement: Readonly<Record<string, string>>;
}

async function readFile(path: string): Promise<StatementItem[]> {
  const items: StatementItem[] = [];
  const accepts = ['camt.052', 'camt.053', 'camt.054'] as const;
  for await (const found of readCamt(createReadStream(path), { accepts })) items.push(...found);
  return items;
}

const decimal = ({ amountMinor, currency }: Pick<Balance, 'amountMinor' | 'currency'>) =>
  scaledMinor(amountMinor, currency);

function differences(
  expected: ExpectedStatement,
  summary: StatementSummary,
  items: readonly StatementItem[],
): string[] {
  const faults: string[] = [];
  const same = (what: string, actual: unknown, wanted: unknown) => {
    if (actual !== wanted)
      faults.push(`${what}: read ${String(actual)}, expected ${String(wanted)}`);
  };
  const lines = items.filter((i) => i.kind === 'line' && i.statement === summary.statement);
  const net = (status: (s: string) => boolean, sign: bigint) =>
    lines.reduce((sum, line) => {
      if (line.kind !== 'line' || !status(line.status)) return sum;
      const value = decimal(line) * sign;
      return value > 0n ? sum + value : sum;
    }, 0n);
  same('message', summary.message, expected.kind);
  same('id', summary.id, expected.id);
  same('account', summary.account, expected.account);
  same('entries', summary.computed.entries, expected.entries);
  same('details', summary.computed.details, expected.transactionDetails);
  const undated = items.filter((i) => i.kind === 'rejected' && i.statement === summary.statement);
  // Some reports and notifications have entries without any date; a statement of record has none of these.
  const excused =
    summary.message === 'camt.053'
      ? 0
      : undated.filter((i) => i.kind === 'rejected' && i.reason === 'date-missing').length;
  same('rejected', summary.computed.rejected, excused);
  if (excused > 0)
    console.log(`${summary.message} ${summary.id}: ${excused} entry without a date, rejected`);
  else
    same(
      'credit - debit',
      net(() => true, 1n) - net(() => true, -1n),
      scaled(expected.credit) - scaled(expected.debit),
    );
  same('balances', summary.balances.length, expected.balances.length);
  expected.balances.forEach((wanted, i) => {
    const read = summary.balances[i];
    same(`balance ${i} type`, read?.type, wanted.type);
    same(`balance ${i} amount`, read && decimal(read), scaled(wanted.amount));
    same(`balance ${i} currency`, read?.currency, wanted.currency);
    same(`balance ${i} date`, read?.date, wanted.date.slice(0, 10));
  });
  same(
    'balance control',
    summary.controls.balance.verdict,
    verdictOf(expected.closingMinusOpeningMinusBooked),
  );
  if (expected.closingMinusOpeningMinusBooked !== undefined && summary.opening && summary.closing) {
    const booked = net((s) => s === 'booked', 1n) - net((s) => s === 'booked', -1n);
    const gap = decimal(summary.closing) - decimal(summary.opening) - booked;
    same('closing - opening - booked', gap, scaled(expected.closingMinusOpeningMinusBooked));
  }
  return faults;
}

const verdictOf = (gap: string | undefined) =>
  gap === undefined ? 'not-stated' : scaled(gap) === 0n ? 'passed' : 'failed';

async function check(): Promise<number> {
  const figures = JSON.parse(readFileSync(join(SHARED, 'figures', 'camt.json'), 'utf8')) as Figures;
  let bad = 0;
  let statements = 0;
  const report = (path: string, faults: readonly string[]) => {
    if (faults.length === 0) return;
    bad += 1;
    console.log(`${path}\n  ${faults.join('\n  ')}`);
  };
  for (const [path, expected] of Object.entries(figures.files)) {
    const items = await readFile(join(SHARED, path));
    const summaries = items.filter((item) => item.kind === 'statement');
    statements += summaries.length;
    report(
      path,
      summaries.length === expected.length
        ? []
        : [`${summaries.length} statements, expected ${expected.length}`],
    );
    summaries.forEach((summary, i) =>
      report(`${path} #${i}`, expected[i] ? differences(expected[i], summary, items) : []),
    );
  }
  for (const path of Object.keys(figures.withoutStatement)) {
    const refused = await readFile(join(SHARED, path)).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!isTieoutError(refused, 'contract-violation')) report(path, ['was not refused']);
    else console.log(`refused ${path}: ${String(refused.members.reason)}`);
  }
  const files = Object.keys(figures.files).length;
  console.log(
    `camt: ${files} files with ${statements} statements read, ${bad} differ from the figures`,
  );
  return bad === 0 ? 0 : 1;
}

if (existsSync(join(SHARED, 'figures', 'camt.json'))) {
  void check().then((code) => {
    process.exitCode = code;
  });
} else {
  console.log(`camt: ${SHARED} is not here, nothing compared`);
}
