import { linkOf } from '../../src/controls';
import { type RelatedObject } from '../../src/kernel/entry';
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

/** Entries between two turns of other work: a millisecond or two. */
const TURN = 200;

interface ReplayedEntry {
  readonly stream: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly data: {
    readonly transition?: unknown;
    readonly amount?: { readonly amount: string; readonly currency: string };
    readonly related?: readonly RelatedObject[];
  };
}

const KEYS_STREAM = 'ledger-_.keys';

/**
 * Path B of the control totals: objects and sums from the sealed entries alone. It shares no code with the projections
 * or with the strict reader, on purpose: two programs rarely make the same mistake. What a link between two types means
 * is a definition, and that they share.
 *
 * Reads the log twice, the links first, so that memory grows with the links and not with the log.
 */
export async function replayLog(log: EntrySource, scope: ReplayScope): Promise<ReplayFacts> {
  const links: Links = new Map();
  const keyIndexes: number[] = [];
  await eachEntry(log, scope, (text, index) => {
    if (streamIn(text) === KEYS_STREAM) keyIndexes.push(index);
    else if (text.includes(RELATED)) addLinks(links, parse(text));
  });
  const near = reach(links, scope.subject, scope.depth);
  const sums = new Map<string, Tally>();
  await eachEntry(log, scope, (text) => {
    if (!near.has(streamIn(text))) return;
    tally(sums, parse(text));
  });
  return {
    scanned: scope.size,
    streams: [...sums.keys()].sort(),
    totals: totalsOf(sums),
    keyIndexes,
  };
}

async function eachEntry(
  log: EntrySource,
  scope: ReplayScope,
  visit: (text: string, index: number) => void,
): Promise<void> {
  for (let index = 0; index < scope.size; index += 1) {
    visit(Buffer.from(log.entryBytes(index)).toString('utf8'), index);
    if (index % TURN === TURN - 1) await scope.breathe?.();
  }
}

const RELATED = '"related":[';
const STREAM = '"stream":"';

/**
 * The stream of an entry without parsing all of it. In canonical form the last member of that name is the envelope's:
 * only `type` and `v` stand behind it, and inside a text its quotes would be escaped. Stream names need no escapes.
 */
function streamIn(text: string): string {
  const start = text.lastIndexOf(STREAM) + STREAM.length;
  return text.slice(start, text.indexOf('"', start));
}

const parse = (text: string): ReplayedEntry => JSON.parse(text) as ReplayedEntry;

/** Where a link leads: up, down, or, from master data, to a document that names it. */
interface ReplayedLink {
  readonly other: string;
  readonly way: 'up' | 'down' | 'named-by';
}
type Links = Map<string, Map<string, ReplayedLink>>;

/** Both ends of every link that an entry states. Of several roles between two objects the first one stated counts. */
function addLinks(links: Links, { stream, data }: ReplayedEntry): void {
  if (typeof data.transition !== 'object') return;
  const entity = stream.slice(stream.indexOf('-') + 1, stream.indexOf('.'));
  const type = typeOf(stream);
  for (const related of data.related ?? []) {
    const owner = related.entity === undefined ? entity : percent(related.entity, false);
    const other = `${related.type.replaceAll('-', '_')}-${owner}.${percent(related.id, true)}`;
    const link = linkOf(stream, type, related, other);
    if (other === stream) continue;
    if (link === undefined) put(links, other, { other: stream, way: 'named-by' });
    else {
      put(links, link.child, { other: link.parent, way: 'up' });
      put(links, link.parent, { other: link.child, way: 'down' });
    }
  }
}

function put(links: Links, stream: string, link: ReplayedLink): void {
  const known = links.get(stream) ?? new Map<string, ReplayedLink>();
  links.set(stream, known);
  const key = `${link.other} ${link.way}`;
  if (!known.has(key)) known.set(key, link);
}

const typeOf = (stream: string): string =>
  stream.slice(0, stream.indexOf('-')).replaceAll('_', '-');

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

/**
 * Streams of the lineage: what the subject came from, then what came of any of these. Master data is not passed through;
 * when it is the subject itself, the documents that name it are where the way begins.
 */
function reach(links: Links, subject: string, depth: number): Set<string> {
  const depths = new Map([[subject, 0]]);
  for (const way of ['up', 'down'] as const) {
    // A Map visits what is added while it is walked.
    for (const [stream, at] of depths) {
      for (const { other, way: leads } of sorted(links.get(stream))) {
        const follows = leads === way || (leads === 'named-by' && stream === subject);
        if (follows && at < depth && !depths.has(other)) depths.set(other, at + 1);
      }
    }
  }
  return new Set(depths.keys());
}

const sorted = (links: ReadonlyMap<string, ReplayedLink> | undefined): ReplayedLink[] =>
  [...(links?.keys() ?? [])].sort().flatMap((key) => links?.get(key) ?? []);

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
    const key = `${typeOf(stream)} ${figures.currency}`;
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
