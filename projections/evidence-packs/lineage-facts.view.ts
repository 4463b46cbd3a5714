import {
  type ExcludedObject,
  type Figure,
  type LineageFacts,
  type LineageNode as PackNode,
  type MissingStep,
  type ProjectedStep,
} from '../../evidence/pack';
import { transitionOf } from '../../src/kernel/entry';
import { TieoutError } from '../../src/kernel/errors';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type LogEntries, logEntryAt } from '../events';
import { type Lineage, type LineageEdge, lineageFrom, type LineageNode, linksOf } from '../lineage';
import { type ReadDb } from '../read-model';
import { personsBelow, type PersonsOf } from './persons-below.view';
import { flagsOfMask, type FoldedObject, foldObject, type ObjectFold } from '../workflow-state';

export interface LineageAsOf {
  readonly depth: number;
  /** what was recorded at or beyond this log index does not count */
  readonly size: number;
}

interface StepRow {
  readonly idx: bigint;
  readonly occurred_at: string;
  readonly flags: bigint | null;
}

const LIST_STEPS_BELOW = `
  SELECT e.idx, e.occurred_at, f.flags
    FROM event AS e LEFT JOIN event_flag AS f ON f.idx = e.idx
   WHERE e.stream = :stream AND e.idx < :size
   ORDER BY e.idx`;

/** One object with its steps, as recorded below a size. */
interface ObjectBelow {
  readonly object: FoldedObject;
  readonly steps: readonly ProjectedStep[];
}

/**
 * One lineage as the log stood at a size: what the rows say, less everything that later events added. So the same request
 * gives the same facts whenever it is asked.
 *
 * @returns undefined when the ledger had no event of the object below that size
 * @throws TieoutError `too-large` beyond the most objects that a lineage may have: a shorter one would not say so
 */
export function lineageFacts(
  db: ReadDb,
  log: LogEntries,
  stream: string,
  { depth, size }: LineageAsOf,
): LineageFacts | undefined {
  const known = new Map<string, ObjectBelow | undefined>();
  const personsOf = personsBelow(db, log, size);
  const below = (of: string): ObjectBelow | undefined => {
    if (!known.has(of)) known.set(of, objectBelow({ db, log, personsOf }, of, size));
    return known.get(of);
  };
  if (below(stream) === undefined) return undefined;
  const links = (of: string) => linksOf(db, of, size);
  const lineage = lineageFrom({ links, object: (of) => below(of)?.object }, stream, {
    direction: 'both',
    depth,
  });
  assertWhole(lineage);
  const included = lineage.nodes.filter(
    (node) => node.status === 'recorded' && !isOnlyNamedAside(node, lineage),
  );
  const streams = new Set(included.map((node) => node.key));
  return {
    nodes: included.map((node) => nodeOf(node, figuresOf(below(node.key)?.object.fold))),
    edges: edgesWithin(lineage, streams),
    missing: missingOf(lineage, included),
    excluded: excludedFrom(lineage, streams, links),
    steps: included.flatMap((node) => below(node.key)?.steps ?? []),
  };
}

interface Reading {
  readonly db: ReadDb;
  readonly log: LogEntries;
  readonly personsOf: PersonsOf;
}

function objectBelow(
  { db, log, personsOf }: Reading,
  stream: string,
  size: number,
): ObjectBelow | undefined {
  const { objectType } = parseStreamName(stream);
  const rows = db.all<StepRow>(LIST_STEPS_BELOW, { stream, size });
  let fold: ObjectFold | undefined;
  let changedAt = '';
  const steps: ProjectedStep[] = [];
  for (const row of rows) {
    const { entry } = logEntryAt(log, Number(row.idx));
    steps.push(stepOf(stream, steps.length, row, personsOf(entry)));
    const data = transitionOf(entry);
    if (data !== undefined) fold = foldObject(objectType, fold, { entry, data }).after;
    changedAt = entry.recordedAt;
  }
  if (fold === undefined) return undefined;
  return { object: { stream, revision: rows.length - 1, changedAt, fold }, steps };
}

/** Revisions of a stream are dense, so the place in its order is the revision; the sealed entries are held to that. */
function stepOf(
  stream: string,
  revision: number,
  row: StepRow,
  persons: readonly string[],
): ProjectedStep {
  return {
    stream,
    revision,
    index: Number(row.idx),
    occurredAt: row.occurred_at,
    flags: flagsOfMask(row.flags ?? 0n),
    persons,
  };
}

function assertWhole({ root, nodes, frontier }: Lineage): void {
  if (!frontier.some(({ reason }) => reason === 'nodes')) return;
  throw new TieoutError(
    'too-large',
    `The lineage of ${root} has more than ${nodes.length} objects. Ask with a smaller depth.`,
    { limit: nodes.length, unit: 'objects' },
  );
}

/** Master data: documents name it, and it belongs to thousands of transactions. */
function isOnlyNamedAside({ key }: LineageNode, { root, edges }: Lineage): boolean {
  if (key === root) return false;
  const own = edges.filter(({ from, to }) => from === key || to === key);
  return own.length > 0 && own.every(({ way, to }) => way === 'aside' && to === key);
}

function nodeOf(node: LineageNode, figures: readonly Figure[]): PackNode {
  const { key, type, entity, id = '', depth, state = '' } = node;
  return { stream: key, object: { type, entity, id }, distance: depth, state, figures };
}

/** The amount first, then the measures by name. */
function figuresOf(fold: ObjectFold | undefined): Figure[] {
  if (fold === undefined) return [];
  const { amount, measures } = fold;
  const named = Object.entries(measures)
    .sort(([a], [b]) => byText(a, b))
    .map(([measure, { value, currency = '-' }]) => ({ measure, value, currency }));
  if (amount === undefined) return named;
  return [{ measure: 'amount', value: amount.amount, currency: amount.currency }, ...named];
}

function edgesWithin({ edges }: Lineage, streams: ReadonlySet<string>): LineageFacts['edges'] {
  return edges
    .filter(({ missing, from, to }) => !missing && streams.has(from) && streams.has(to))
    .map(({ from, to, role }) => ({ from, to, role }))
    .sort((a, b) => byText(`${a.from} ${a.to} ${a.role}`, `${b.from} ${b.to} ${b.role}`));
}

function missingOf({ nodes, edges }: Lineage, included: readonly LineageNode[]): MissingStep[] {
  const steps = included.flatMap(({ key, missingSteps = [] }) =>
    missingSteps.map(({ step, sentence }) => ({
      stream: key,
      what: String(step),
      sentence: String(sentence),
    })),
  );
  const holders = new Set(included.map(({ key }) => key));
  const documents = nodes
    .filter(({ status }) => status === 'missing')
    .flatMap(({ key, type, sentence = '' }) =>
      edges
        .filter(({ to, from }) => to === key && holders.has(from))
        .map(({ from }) => ({ stream: from, what: type, sentence })),
    );
  return [...documents, ...steps].sort((a, b) =>
    byText(`${a.stream} ${a.what}`, `${b.stream} ${b.what}`),
  );
}

function excludedFrom(
  { nodes, edges, frontier }: Lineage,
  streams: ReadonlySet<string>,
  links: (of: string) => ReturnType<typeof linksOf>,
): ExcludedObject[] {
  const seen = nodes
    .filter(({ key, status }) => status !== 'missing' && !streams.has(key))
    .map(({ key, status }): ExcludedObject => {
      const edge = edges.find(({ from, to }) => touches(key, from, to, streams));
      const reason =
        status === 'referenced' && edge?.way !== 'aside' ? 'not-recorded' : 'master-data';
      return { stream: key, reason, via: otherEnd(key, edge), role: edge?.role ?? '' };
    });
  const keys = new Set(nodes.map(({ key }) => key));
  const beyond = frontier
    .flatMap(({ key }) => links(String(key)))
    .filter(({ other, way }) => way !== 'aside' && !keys.has(other))
    .map(({ own, other, role }): ExcludedObject => ({
      stream: other,
      reason: 'beyond-depth',
      via: own,
      role,
    }));
  const once = new Map([...beyond, ...seen].map((object) => [object.stream, object]));
  return [...once.values()].sort((a, b) => byText(a.stream, b.stream));
}

const touches = (key: string, from: string, to: string, streams: ReadonlySet<string>): boolean =>
  (from === key && streams.has(to)) || (to === key && streams.has(from));

const otherEnd = (key: string, edge: LineageEdge | undefined): string =>
  edge === undefined ? '' : edge.from === key ? edge.to : edge.from;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
