import { type ControlTotal, type ReplayFacts } from './pack-input';

/** The part of the log that a replay reads. */
export interface EntrySource {
  entryBytes(index: number): Uint8Array;
}

export interface ReplayScope {
  /** stream of the subject */
  readonly subject: string;
  readonly depth: number;
  /** entries [0, size) are read */
  readonly size: number;
  /** gives other work a turn; called once in `TURN` entries */
  readonly breathe?: () => Promise<void>;
}

/** Entries between two turns of other work: some milliseconds. */
const TURN = 2_000;

/** Roles of links between documents of one transaction. Suppliers, customers and accounts join everything with everything. */
const DOCUMENT_ROLES = new Set([
  'requisition',
  'order',
  'receipt',
  'invoice',
  'settles',
  'posts',
  'reverses',
  'replaces',
  'part-of',
]);

interface ReplayedEntry {
  readonly stream: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly data: {
    readonly transition?: unknown;
    readonly amount?: { readonly amount: string; readonly currency: string };
    readonly related?: readonly {
      readonly type: string;
      readonly entity?: string;
      readonly id: string;
      readonly role: string;
    }[];
  };
}

/**
 * Path B of the control totals: objects and sums from the sealed entries alone. It shares no code with the projections
 * or with the strict reader, on purpose: two programs rarely make the same mistake.
 *
 * Reads the log twice, the links first, so that memory grows with the links and not with the log.
 */
export async function replayLog(log: EntrySource, scope: ReplayScope): Promise<ReplayFacts> {
  const links = new Map<string, Set<string>>();
  await eachEntry(log, scope, (entry) => {
    for (const linked of linkedStreams(entry)) {
      join(links, entry.stream, linked);
      join(links, linked, entry.stream);
    }
  });
  const recorded = new Set<string>();
  const near = reach(links, scope.subject, scope.depth);
  const sums = new Map<string, Tally>();
  await eachEntry(log, scope, (entry) => {
    if (!near.has(entry.stream)) return;
    recorded.add(entry.stream);
    tally(sums, entry);
  });
  return { scanned: scope.size, streams: [...recorded].sort(), totals: totalsOf(sums) };
}

async function eachEntry(
  log: EntrySource,
  scope: ReplayScope,
  visit: (entry: ReplayedEntry) => void,
): Promise<void> {
  for (let index = 0; index < scope.size; index += 1) {
    const entry = JSON.parse(Buffer.from(log.entryBytes(index)).toString('utf8')) as ReplayedEntry;
    if (typeof entry.data.transition === 'object') visit(entry);
    if (index % TURN === TURN - 1) await scope.breathe?.();
  }
}

function linkedStreams({ stream, data }: ReplayedEntry): string[] {
  const entity = stream.slice(stream.indexOf('-') + 1, stream.indexOf('.'));
  return (data.related ?? [])
    .filter(({ role }) => DOCUMENT_ROLES.has(role))
    .map(
      (related) =>
        `${related.type.replaceAll('-', '_')}-${related.entity === undefined ? entity : percent(related.entity, false)}.${percent(related.id, true)}`,
    );
}

/** Percent-encoding of stream names, written from the ledger format: unreserved characters stay, `.` only in the key. */
function percent(text: string, isKey: boolean): string {
  return [...Buffer.from(text.normalize('NFC'))]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      const stays = /[A-Za-z0-9_~-]/.test(char) || (isKey && char === '.');
      return stays ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function join(links: Map<string, Set<string>>, from: string, to: string): void {
  const there = links.get(from);
  if (there === undefined) links.set(from, new Set([to]));
  else there.add(to);
}

/** Streams within `depth` links of the subject. */
function reach(
  links: ReadonlyMap<string, ReadonlySet<string>>,
  subject: string,
  depth: number,
): Set<string> {
  const seen = new Set([subject]);
  let edge = [subject];
  for (let step = 0; step < depth && edge.length > 0; step += 1) {
    edge = edge
      .flatMap((stream) => [...(links.get(stream) ?? [])])
      .filter((stream) => !seen.has(stream) && seen.add(stream) !== undefined);
  }
  return seen;
}

/** Running figures of one object. */
interface Tally {
  entries: number;
  first: string;
  last: string;
  amount: string | undefined;
  currency: string;
}

function tally(sums: Map<string, Tally>, { stream, occurredAt, data }: ReplayedEntry): void {
  const seen = sums.get(stream) ?? {
    entries: 0,
    first: occurredAt,
    last: occurredAt,
    amount: undefined,
    currency: '-',
  };
  sums.set(stream, {
    entries: seen.entries + 1,
    first: occurredAt < seen.first ? occurredAt : seen.first,
    last: occurredAt > seen.last ? occurredAt : seen.last,
    amount: data.amount?.amount ?? seen.amount,
    currency: data.amount?.currency ?? seen.currency,
  });
}

function totalsOf(sums: ReadonlyMap<string, Tally>): ControlTotal[] {
  const groups = new Map<string, Tally[]>();
  for (const [stream, figures] of sums) {
    const key = `${stream.slice(0, stream.indexOf('-')).replaceAll('_', '-')} ${figures.currency}`;
    groups.set(key, [...(groups.get(key) ?? []), figures]);
  }
  return [...groups.keys()].sort().map((key) => {
    const [type = '', currency = ''] = key.split(' ');
    return { type, currency, ...sumUp(groups.get(key) ?? []) };
  });
}

function sumUp(objects: readonly Tally[]): Omit<ControlTotal, 'type' | 'currency'> {
  const texts = objects.map(({ amount }) => amount ?? '0');
  const digits = Math.max(0, ...texts.map((text) => text.split('.')[1]?.length ?? 0));
  const units = texts.map((text) => BigInt(text.replace('.', '')));
  let positive = 0n;
  let negative = 0n;
  for (const unit of units)
    if (unit > 0n) positive += unit;
    else negative += unit;
  const show = (value: bigint): string => decimal(value, digits);
  return {
    objects: objects.length,
    entries: objects.reduce((sum, { entries }) => sum + entries, 0),
    sum: show(positive + negative),
    absolute: show(positive - negative),
    positive: show(positive),
    negative: show(negative),
    first: objects.map(({ first }) => first).sort()[0] ?? '',
    last:
      objects
        .map(({ last }) => last)
        .sort()
        .at(-1) ?? '',
  };
}

function decimal(value: bigint, digits: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  const sign = value < 0n ? '-' : '';
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
