import { type RuleBook } from '../../src/controls/rule-sets/rule-book.policy';
import { survivorsIn } from '../control-registers';
import { type ProjectionDb } from '../read-model';
import { judgedRefs } from './act-refs';
import { bookOf } from './act-rows';
import { readObjects, rowsByObject, type ActRow } from './chain-rows';
import { type Dirty } from './dirty';
import { knownRoots, relink } from './lineage-rows';
import { typesWith } from './rule-periods';

const LIST_OBJECTS_OF_ACCOUNTS = `
  SELECT a.object FROM json_each(:keys) AS k JOIN sod_act AS a ON a.account = k.value
   UNION
  SELECT a.object FROM json_each(:keys) AS k JOIN sod_act AS a ON a.on_behalf_of = k.value
   UNION
  SELECT a.object FROM json_each(:keys) AS k JOIN sod_act AS a ON a.initiated_by = k.value`;
/** `keys` are what stands between category and key in a stream's name. */
const LIST_OBJECTS_OF_ENTITIES = `
  SELECT DISTINCT a.object FROM json_each(:keys) AS k JOIN sod_act AS a ON instr(a.object, k.value) > 0`;
const LIST_PERSONS_OF_ACCOUNTS = `
  SELECT DISTINCT s.person AS object
    FROM json_each(:keys) AS k
    JOIN sod_account AS s ON s.account = k.value
   WHERE s.approved = 1 AND s.person IS NOT NULL
     AND EXISTS (SELECT 1 FROM control_entitlement AS e WHERE e.account = k.value)`;
const LIST_WITHDRAWN_ABOUT = `
  SELECT DISTINCT w.object FROM json_each(:keys) AS k JOIN sod_withdrawn AS w ON w.about = k.value`;
const LIST_SINCE = `
  SELECT DISTINCT object FROM sod_act WHERE at >= :since AND type IN (SELECT value FROM json_each(:keys))`;
const LIST_ROOTS = `
  SELECT DISTINCT coalesce(m.root, o.value) AS root
    FROM json_each(:objects) AS o LEFT JOIN sod_lineage AS m ON m.object = o.value`;
const PUT_WITHDRAWN = `INSERT OR IGNORE INTO sod_withdrawn (about, object) VALUES (:about, :object)`;

/** Units that what a batch touched may have changed. */
export interface DirtyUnits {
  readonly chains: ReadonlySet<string>;
  readonly relations: ReadonlySet<string>;
  readonly objects: ReadonlySet<string>;
  readonly sessions: Set<string>;
  readonly persons: ReadonlySet<string>;
}

/** Links first: everything after them asks to which chains an object belongs now. */
export function dirtyUnits(dirty: Dirty, db: ProjectionDb): DirtyUnits {
  const chains = relink(dirty.relinked, db);
  const listed = (sql: string, keys: Iterable<string>): string[] => listObjects(sql, [...keys], db);
  const reconsidered = new Set([
    ...dirty.reconsidered,
    ...listed(LIST_OBJECTS_OF_ACCOUNTS, dirty.accounts),
    ...listed(LIST_OBJECTS_OF_ENTITIES, dirty.entities),
  ]);
  addRoots([...dirty.objects, ...reconsidered], chains, db);
  // What was withdrawn stands if something was built on it, on its chains or about what it is about.
  for (const object of listed(LIST_WITHDRAWN_ABOUT, [...dirty.relied, ...chains])) {
    reconsidered.add(object);
    addRoots([object], chains, db);
  }
  const relations = new Set(dirty.relations);
  for (const [object, rows] of rowsByObject(readObjects([...reconsidered], db))) {
    for (const ref of refsAbout(object, rows, bookOf(db))) relations.add(ref);
    if (rows.some(({ cancels }) => cancels !== '')) putWithdrawn(object, rows, db);
  }
  const objects = new Set([...dirty.objects, ...reconsidered, ...dirty.rejudged]);
  for (const object of limitedObjects(dirty, db)) objects.add(object);
  const sessions = new Set<string>();
  const byKind = new Map([
    ['lineage', chains],
    ['relation', relations],
    ['object', objects],
    ['session', sessions],
  ]);
  for (const { kind, scope } of dirty.units.values()) byKind.get(kind)?.add(scope);
  const holders = [...dirty.persons, ...listed(LIST_PERSONS_OF_ACCOUNTS, dirty.accounts)];
  const persons = new Set(holders);
  if (holders.length > 0) for (const person of holders.map(survivorsIn(db))) persons.add(person);
  return { chains, relations, objects, sessions, persons };
}

function listObjects(
  sql: string,
  keys: readonly string[],
  db: ProjectionDb,
  since?: string,
): string[] {
  if (keys.length === 0) return [];
  const params = { keys: JSON.stringify(keys), ...(since === undefined ? {} : { since }) };
  return db.all<{ object: string }>(sql, params).map((row) => row.object);
}

/** Authority bears on the approvals of a duty since it began or ended: few, as it is told in time, or all of a rebuild. */
function limitedObjects({ limited }: Dirty, db: ProjectionDb): string[] {
  return [...limited].flatMap(([duty, since]) => {
    const types = typesWith((one) => one === duty, bookOf(db));
    return listObjects(LIST_SINCE, types, db, since);
  });
}

function addRoots(objects: readonly string[], chains: Set<string>, db: ProjectionDb): void {
  if (objects.length === 0) return;
  // An object without links is a chain of its own.
  for (const { root } of db.all<{ root: string }>(LIST_ROOTS, { objects: JSON.stringify(objects) }))
    chains.add(root);
}

function refsAbout(stream: string, rows: readonly ActRow[], book: RuleBook): string[] {
  return rows.flatMap(({ type, refs, at }) => {
    const about = refs === '' ? [] : refs.split(' ');
    return judgedRefs({ type, stream, refs: about }, book.ruleSetOn(at.slice(0, 10)));
  });
}

/** Whatever later happens on its chains, or about what it is about, may decide whether its acts stand. */
function putWithdrawn(object: string, rows: readonly ActRow[], db: ProjectionDb): void {
  const refs = rows.flatMap((row) => (row.refs === '' ? [] : row.refs.split(' ')));
  for (const about of new Set([...knownRoots(object, db), ...refs]))
    db.run(PUT_WITHDRAWN, { about, object });
}
