import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  addDecimal,
  type Decimal,
  formatDecimal,
  parseDecimal,
  roundDecimal,
} from '../../src/kernel/decimal';
import { parseFileMapping, readEventFile, type ImportCounts } from '../../src/ingestion/files';

/**
 * Reads the published event logs beside the repository with the mappings of `docs/mappings` and compares what comes out
 * with figures that were computed twice by other readers. Run by hand; without the folder it says so and ends well.
 */
const SHARED = resolve(process.env.TIEOUT_SHARED ?? '../shared', 'data');
const MAPPINGS = resolve('docs/mappings');

interface Event {
  readonly id: string;
  readonly time: string;
  readonly data: {
    readonly object: { readonly type: string; readonly id: string };
    readonly transition: { readonly action: string };
    readonly actor: { readonly account: string; readonly kind: string; readonly role?: string };
    readonly amount?: { readonly amount: string; readonly currency: string };
    readonly custom?: { readonly requestedAmount: string };
  };
}

interface Imported {
  readonly counts: ImportCounts;
  readonly events: readonly Event[];
}

async function imported(file: string, mapping: string): Promise<Imported> {
  const path = join(SHARED, 'events', file);
  const startedMs = performance.now();
  const { lines, counts } = readEventFile({
    bytes: createReadStream(path),
    mapping: parseFileMapping(readFileSync(join(MAPPINGS, mapping))),
    openLookup: (name) => createReadStream(join(dirname(path), name)),
    onRefused: (line, { message }) => console.log(`  line ${line}: ${message}`),
  });
  const events: Event[] = [];
  for await (const line of lines) events.push(JSON.parse(line) as Event);
  const seconds = (performance.now() - startedMs) / 1000;
  console.log(`${file}: ${counts.rows} rows, ${counts.events} events in ${seconds.toFixed(2)} s`);
  return { counts, events };
}

let failures = 0;
function equal(what: string, found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a === b) return;
  failures += 1;
  console.log(`  DIFFERS ${what}: found ${a}, expected ${b}`);
}

interface LogFigures {
  readonly cases: number;
  readonly events: number;
  readonly paid: number;
  readonly paidWithoutFinalApproval: number;
  readonly casesPaidWithoutFinalApproval: readonly string[];
  readonly finallyApprovedNeverPaid: number;
  readonly paidWithoutPaymentRequest: number;
  readonly paymentRequestedNeverPaid: number;
  readonly rejectedAtLeastOnce: number;
  readonly rejectedAndNeverPaid: number;
  readonly distinctEventIds: number;
  readonly amountZero: number;
  readonly amountSumExact: string;
  readonly amountSum: string;
  readonly amountSumOfPaidCases: string;
  readonly firstEvent: string;
  readonly lastEvent: string;
}

interface Case {
  readonly steps: Set<string>;
  amount: Decimal;
}

async function checkLog(file: string, mapping: string, figures: LogFigures): Promise<void> {
  const { counts, events } = await imported(file, mapping);
  const cases = new Map<string, Case>();
  for (const { data } of events) {
    const { id } = data.object;
    const one = cases.get(id) ?? { steps: new Set<string>(), amount: parseDecimal('0') };
    one.steps.add(data.transition.action);
    one.amount = parseDecimal(data.custom?.requestedAmount ?? '');
    cases.set(id, one);
  }
  const all = [...cases.values()];
  const having = (step: string, lacking?: string): number =>
    all.filter(({ steps }) => steps.has(step) && (lacking === undefined || !steps.has(lacking)))
      .length;
  const sum = (of: readonly Case[]): Decimal =>
    of.map(({ amount }) => amount).reduce(addDecimal, parseDecimal('0'));
  const times = events.map(({ time }) => time).sort();
  equal('counts', counts, {
    rows: figures.events,
    cases: figures.cases,
    events: figures.events,
    skipped: 0,
    refused: 0,
  });
  equal('cases', cases.size, figures.cases);
  equal('ids', new Set(events.map(({ id }) => id)).size, figures.distinctEventIds);
  equal('paid', having('paid'), figures.paid);
  equal(
    'paid without final approval',
    having('paid', 'approved'),
    figures.paidWithoutFinalApproval,
  );
  equal(
    'which',
    [...cases]
      .filter(([, c]) => c.steps.has('paid') && !c.steps.has('approved'))
      .map(([id]) => id)
      .sort(),
    figures.casesPaidWithoutFinalApproval,
  );
  equal(
    'finally approved, never paid',
    having('approved', 'paid'),
    figures.finallyApprovedNeverPaid,
  );
  equal(
    'paid without a request',
    having('paid', 'payment-requested'),
    figures.paidWithoutPaymentRequest,
  );
  equal(
    'requested, never paid',
    having('payment-requested', 'paid'),
    figures.paymentRequestedNeverPaid,
  );
  equal('rejected', having('rejected'), figures.rejectedAtLeastOnce);
  equal('rejected, never paid', having('rejected', 'paid'), figures.rejectedAndNeverPaid);
  equal(
    'amounts of zero',
    all.filter(({ amount }) => amount.unscaled === 0n).length,
    figures.amountZero,
  );
  equal('sum', formatDecimal(sum(all)), figures.amountSumExact);
  equal('rounded', formatDecimal(roundDecimal(sum(all), 2)), figures.amountSum);
  const paid = all.filter(({ steps }) => steps.has('paid'));
  equal('sum of paid', formatDecimal(roundDecimal(sum(paid), 2)), figures.amountSumOfPaidCases);
  equal('first', times[0], new Date(figures.firstEvent).toISOString());
  equal('last', times.at(-1), new Date(figures.lastEvent).toISOString());
}

interface StaffFigures {
  readonly cases: number;
  readonly events: number;
  readonly whoDidWhat: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly outcomes: Readonly<Record<string, { readonly sum: string }>>;
}

interface RawMapping {
  readonly steps: { readonly map: readonly { readonly value: string; readonly action?: string }[] };
}

async function checkStaffLog(
  log: string,
  mapping: string,
  measure: string,
  figures: StaffFigures,
): Promise<void> {
  const { counts, events } = await imported(`suwa/raw_${log}_2024.csv`, mapping);
  const { map } = (JSON.parse(readFileSync(join(MAPPINGS, mapping), 'utf8')) as RawMapping).steps;
  equal('rows', [counts.rows, counts.refused], [figures.events, 0]);
  const expected: Record<string, number> = {};
  for (const { value, action } of map) {
    for (const [who, count] of Object.entries(
      action === undefined ? {} : (figures.whoDidWhat[value] ?? {}),
    )) {
      expected[`${action} ${who}`] = (expected[`${action} ${who}`] ?? 0) + count;
    }
  }
  const found: Record<string, number> = {};
  for (const { data } of events) {
    const key = `${data.transition.action} ${data.actor.account}`;
    found[key] = (found[key] ?? 0) + 1;
  }
  equal('who did what', Object.entries(found).sort(), Object.entries(expected).sort());
  const byCase = new Map(
    events.map(({ data }) => [data.object.id.replace(/^[A-Z]+-(?=[A-Z])/, ''), data.amount]),
  );
  const sum = [...byCase.values()].reduce(
    (total, amount) => total + BigInt(amount?.amount ?? '0'),
    0n,
  );
  equal(
    'sum of amounts',
    [byCase.size, String(sum)],
    [figures.cases, figures.outcomes[measure]?.sum],
  );
}

async function main(): Promise<void> {
  if (!existsSync(join(SHARED, 'events'))) {
    console.log(`no reference data in ${SHARED}: nothing to compare`);
    return;
  }
  const read = <T>(name: string): T =>
    (JSON.parse(readFileSync(join(SHARED, 'figures', name), 'utf8')) as { readonly logs: T }).logs;
  const bpi =
    read<Record<'DomesticDeclarations' | 'RequestForPayment', LogFigures>>('bpic2020.json');
  const folder = 'bpic2020/BPI_2020_';
  await checkLog(
    `${folder}DomesticDeclarations.xes.gz`,
    'bpi-2020-domestic-declarations.json',
    bpi.DomesticDeclarations,
  );
  await checkLog(
    `${folder}RequestForPayment.xes.gz`,
    'bpi-2020-requests-for-payment.json',
    bpi.RequestForPayment,
  );
  const staff =
    read<Record<'invoice_approval' | 'billing' | 'order_to_cash', StaffFigures>>('suwa.json');
  await checkStaffLog(
    'invoice_approval',
    'csv-invoice-approval.json',
    'amount',
    staff.invoice_approval,
  );
  await checkStaffLog('billing', 'csv-billing.json', 'amount', staff.billing);
  await checkStaffLog('order_to_cash', 'csv-order-to-cash.json', 'revenue', staff.order_to_cash);
  console.log(failures === 0 ? 'All figures agree.' : `${failures} figures differ.`);
  process.exitCode = failures === 0 ? 0 : 1;
}

void main();
