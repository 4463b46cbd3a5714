import { parseStreamName } from '../../src/kernel/stream-name';
import { type Cancellation, type DutyEvent } from '../../src/controls/duty-event.policy';
import { type CompiledMapping } from '../../src/controls/duty-mapping.policy';
import { type RuleBook } from '../../src/controls/rule-sets/rule-book.policy';
import { type GlancedAct } from '../../src/controls/glance.policy';
import { type ReadDb, type SqlParams } from '../read-model';

const GLANCE_LINE = `
  a.type || char(9) || a.at || char(9) || a.account || char(9) || coalesce(a.on_behalf_of, '')
  || char(9) || coalesce(a.initiated_by, '')`;

const READ_LINE = `
  a.n || char(9) || a.event || char(9) || a.type || char(9) || a.at || char(9) || a.object
  || char(9) || a.account || char(9) || coalesce(a.on_behalf_of, '')
  || char(9) || coalesce(a.initiated_by, '') || char(9) || coalesce(a.version, '')
  || char(9) || coalesce(a.refs, '') || char(9) || coalesce(a.cancels, '')
  || char(9) || coalesce(a.amount_minor, '') || char(9) || coalesce(a.currency, '')
  || char(9) || coalesce(a.policy, '') || char(9) || coalesce(a.session, '')`;

/** A document that turned out to come from another one is no chain of its own any more, and has none. */
const OF_THE_ROOT = `
  FROM sod_act AS a
 WHERE a.object = :root AND NOT EXISTS (SELECT 1 FROM sod_lineage WHERE object = :root)`;

const OF_ITS_LINEAGE = `
  FROM sod_lineage AS m
  JOIN sod_act AS a ON a.object = m.object
 WHERE m.root = :root`;

/*
 * Acts of a chain: of the root document and of everything that comes from it. They come as one text, a line an act with
 * tabs: a chain is read again with every batch that touches it, and one long value costs a fifth of as many rows. No value
 * holds a tab or a line feed: they are ids, codes, numbers and instants.
 */
const GLANCE_CHAIN = `
  SELECT group_concat(line, char(10)) AS lines
    FROM (SELECT ${GLANCE_LINE} || char(9) || '0' AS line ${OF_THE_ROOT}
           UNION ALL
          SELECT ${GLANCE_LINE} || char(9) || m.several ${OF_ITS_LINEAGE})`;

const READ_CHAIN = `
  SELECT group_concat(line, char(10)) AS lines
    FROM (SELECT ${READ_LINE} || char(9) || '0' AS line ${OF_THE_ROOT}
           UNION ALL
          SELECT ${READ_LINE} || char(9) || m.several ${OF_ITS_LINEAGE})`;

const READ_OBJECTS = `
  SELECT group_concat(line, char(10)) AS lines
    FROM (SELECT ${READ_LINE} || char(9) || '0' AS line
            FROM json_each(:objects) AS o
            JOIN sod_act AS a ON a.object = o.value)`;

/** A value of SQLite has an end; so many objects at a time stay far from it. */
const OBJECTS_AT_ONCE = 200;

/** One act as it is stored; absent values are empty texts. */
export interface ActRow {
  readonly n: string;
  readonly event: string;
  readonly type: string;
  readonly at: string;
  readonly object: string;
  readonly account: string;
  readonly onBehalfOf: string;
  readonly initiatedBy: string;
  readonly version: string;
  readonly refs: string;
  readonly cancels: string;
  readonly minor: string;
  readonly currency: string;
  readonly policy: string;
  readonly session: string;
  /** the object belongs to other chains too */
  readonly isShared: boolean;
}

/** Every act on the chain of a root document, in no order. */
export function readChain(root: string, db: ReadDb): ActRow[] {
  return linesOf(READ_CHAIN, root, db).map(actRow);
}

/** Every act of these objects, in no order. */
export function readObjects(objects: readonly string[], db: ReadDb): ActRow[] {
  const rows: ActRow[] = [];
  for (let at = 0; at < objects.length; at += OBJECTS_AT_ONCE) {
    const some = JSON.stringify(objects.slice(at, at + OBJECTS_AT_ONCE));
    for (const line of textOf(READ_OBJECTS, { objects: some }, db)) rows.push(actRow(line));
  }
  return rows;
}

export function rowsByObject(rows: readonly ActRow[]): Map<string, ActRow[]> {
  const objects = new Map<string, ActRow[]>();
  for (const row of rows) {
    const known = objects.get(row.object);
    if (known === undefined) objects.set(row.object, [row]);
    else known.push(row);
  }
  return objects;
}

function actRow(line: string): ActRow {
  const cells = line.split('\t');
  const cell = (i: number): string => cells[i] ?? '';
  return {
    n: cell(0),
    event: cell(1),
    type: cell(2),
    at: cell(3),
    object: cell(4),
    account: cell(5),
    onBehalfOf: cell(6),
    initiatedBy: cell(7),
    version: cell(8),
    refs: cell(9),
    cancels: cell(10),
    minor: cell(11),
    currency: cell(12),
    policy: cell(13),
    session: cell(14),
    isShared: cell(15) === '1',
  };
}

export interface Glance {
  readonly acts: readonly GlancedAct[];
  /** some object of the chain belongs to other chains too */
  readonly isShared: boolean;
}

/** The little that shows of most chains that they are clean. */
export function glanceAtChain(root: string, db: ReadDb, book: RuleBook): Glance {
  let isShared = false;
  const acts = linesOf(GLANCE_CHAIN, root, db).map((line): GlancedAct => {
    const [type = '', at = '', account = '', onBehalfOf = '', initiatedBy = '', several] =
      line.split('\t');
    if (several === '1') isShared = true;
    const duties = dutiesAt(at, book).possibleDuties(type);
    if (onBehalfOf === '' && initiatedBy === '') return { at, account, duties };
    const behalf = onBehalfOf === '' ? {} : { onBehalfOf };
    return { at, account, duties, ...behalf, ...(initiatedBy === '' ? {} : { initiatedBy }) };
  });
  return { acts, isShared };
}

const linesOf = (sql: string, root: string, db: ReadDb): string[] => textOf(sql, { root }, db);

function textOf(sql: string, params: SqlParams, db: ReadDb): string[] {
  return db.get<{ lines: string | null }>(sql, params)?.lines?.split('\n') ?? [];
}

export interface ObjectFacts {
  readonly events: readonly DutyEvent[];
  readonly cancellations: readonly Cancellation[];
  /** withdrawn in part, or of several versions: whether its acts stand depends on what was done later */
  readonly isRevised: boolean;
}

/** The events of one object; what a duty is may depend on its other events. */
export function factsOf(
  rows: readonly ActRow[],
  lineages: readonly string[],
  book: RuleBook,
): ObjectFacts {
  const duties = dutiesOfRows(rows, book);
  const events = rows.flatMap((row, i) =>
    row.cancels === '' ? [dutyEvent(row, { duties: duties[i] ?? [], lineages }, book)] : [],
  );
  const cancellations = rows.flatMap((row): Cancellation[] => {
    if (row.cancels === '') return [];
    const target = events.find(({ id }) => id === row.cancels);
    const may = dutiesAt(row.at, book).row(row.type)?.cancels ?? [];
    if (target?.duties.some((duty) => may.includes(duty)) !== true) return [];
    return [{ id: row.event, at: row.at, cancels: row.cancels }];
  });
  const targets = new Set(cancellations.map(({ cancels }) => cancels));
  return {
    events,
    cancellations,
    isRevised: targets.size > 0 || events.some((e) => e.isChange || e.version !== undefined),
  };
}

/** By the mapping of each act's own date; the types of all of them tell what an ambiguous one means. */
function dutiesOfRows(rows: readonly ActRow[], book: RuleBook): readonly (readonly string[])[] {
  const types = rows.map(({ type }) => type);
  const known = new Map<CompiledMapping, readonly (readonly string[])[]>();
  return rows.map(({ at }, i) => {
    const mapping = dutiesAt(at, book);
    const duties = known.get(mapping) ?? mapping.dutiesOf(types);
    known.set(mapping, duties);
    return duties[i] ?? [];
  });
}

/** Local dates are those of UTC for now. */
const dutiesAt = (at: string, book: RuleBook): CompiledMapping =>
  book.ruleSetOn(at.slice(0, 10)).duties;

function dutyEvent(
  row: ActRow,
  { duties, lineages }: Pick<DutyEvent, 'duties' | 'lineages'>,
  book: RuleBook,
): DutyEvent {
  const { onBehalfOf, initiatedBy, version, refs, minor, currency, policy, session } = row;
  return {
    id: row.event,
    at: row.at,
    duties,
    object: row.object,
    entity: parseStreamName(row.object).entity,
    account: row.account,
    ...(onBehalfOf === '' ? {} : { onBehalfOf }),
    ...(initiatedBy === '' ? {} : { initiatedBy }),
    lineages,
    refs: refs === '' ? [] : refs.split(' '),
    ...(version === '' ? {} : { version: Number(version) }),
    isChange: dutiesAt(row.at, book).row(row.type)?.change === true,
    isMaterial: true,
    ...(minor === '' ? {} : { amount: { minor: BigInt(minor), currency } }),
    ...(policy === '' ? {} : { autoApprovalPolicy: policy }),
    ...(session === '' ? {} : { emergencySession: session }),
  };
}
