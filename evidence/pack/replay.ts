import { linkOf } from '../../src/controls';
import { workflowOf } from '../../src/ingestion';
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
    readonly custom?: Readonly<Record<string, unknown>>;
    readonly related?: readonly RelatedObject[];
  };
}

const KEYS_STREAM = 'ledger-_.keys';
const PRIVACY_STREAMS = 'privacy-_.';

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
  const privacyIndexes: number[] = [];
  await eachEntry(log, scope, (text, index) => {
    const stream = streamIn(text);
    if (stream === KEYS_STREAM) keyIndexes.push(index);
    else if (stream.startsWith(PRIVACY_STREAMS)) privacyIndexes.push(index);
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
    privacyIndexes,
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
  /** by measure: value, currency, and when the act that stated it occurred */
  figures: Map<string, { value: string; currency: string; at: string }>;
}

/** The act that occurred last says what the object is about; of acts of one instant the later revision. */
function tally(sums: Map<string, Tally>, entry: ReplayedEntry): void {
  const { stream, occurredAt: at, data } = entry;
  const seen = sums.get(stream) ?? { entries: 0, first: at, last: at, figures: new Map() };
  sums.set(stream, seen);
  const stated = seen.figures.get(AMOUNT);
  if (data.amount !== undefined && (stated === undefined || at >= stated.at)) {
    seen.figures.set(AMOUNT, { value: data.amount.amount, currency: data.amount.currency, at });
  }
  for (const [name, value, currency] of decimalsOf(entry)) {
    if (at >= seen.last || !seen.figures.has(name)) seen.figures.set(name, { value, currency, at });
  }
  seen.entries += 1;
  if (at < seen.first) seen.first = at;
  if (at > seen.last) seen.last = at;
}

const AMOUNT = 'amount';

/** Decimals that the contract of the object declares, with the currency that its own member names. */
function decimalsOf({ stream, occurredAt, data }: ReplayedEntry): [string, string, string][] {
  const { custom } = data;
  const declared = workflowOf(typeOf(stream), occurredAt.slice(0, 10))?.fields.custom ?? {};
  if (custom === undefined) return [];
  return Object.keys(declared)
    .filter((name) => declared[name]?.type === 'decimal' && typeof custom[name] === 'string')
    .map((name) => {
      const own = name.replace(/Amount$/, 'Currency');
      const currency = custom[declared[own]?.type === 'currency' ? own : 'currency'];
      return [name, String(custom[name]), typeof currency === 'string' ? currency : '-'];
    });
}

interface Counted {
  readonly value: string;
  readonly object: Tally;
}

function totalsOf(sums: ReadonlyMap<string, Tally>): ControlTotal[] {
  const groups = new Map<string, Counted[]>();
  for (const [stream, object] of sums) {
    const figures =
      object.figures.size === 0 ? [['-', { value: '0', currency: '-' }] as const] : object.figures;
    for (const [measure, { value, currency }] of figures) {
      const key = `${typeOf(stream)} ${measure} ${currency}`;
      groups.set(key, [...(groups.get(key) ?? []), { value, object }]);
    }
  }
  return [...groups.keys()].sort().map((key) => {
    const [type = '', measure = '', currency = ''] = key.split(' ');
    return { type, measure, currency, ...sumUp(groups.get(key) ?? []) };
  });
}

function sumUp(counted: readonly Counted[]): Omit<ControlTotal, 'type' | 'measure' | 'currency'> {
  const objects = counted.map(({ object }) => object);
  const fractions = counted.map(({ value }) => value.split('.')[1]?.length ?? 0);
  const digits = Math.max(0, ...fractions);
  const units = counted.map(({ value }, i) =>
    BigInt(value.replace('.', '') + '0'.repeat(digits - (fractions[i] ?? 0))),
  );
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
