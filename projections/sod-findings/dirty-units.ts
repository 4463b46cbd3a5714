import { type ProjectionDb } from '../read-model';
import { judgedRefs } from './act-refs';
import { byObject, readObjects, type ActRow } from './chain-rows';
import { type Dirty } from './dirty';
import { knownRoots, relink } from './lineage-rows';

const LIST_OBJECTS_OF_ACCOUNTS = `
  SELECT a.object FROM json_each(:keys) AS k JOIN sod_act AS a ON a.account = k.value
   UNION
  SELECT a.object FROM json_each(:keys) AS k JOIN sod_act AS a ON a.on_behalf_of = k.value
   UNION
  SELECT a.object FROM json_each(:keys) AS k JOIN sod_act AS a ON a.initiated_by = k.value`;
const LIST_WITHDRAWN_ABOUT = `
  SELECT DISTINCT w.object FROM json_each(:keys) AS k JOIN sod_withdrawn AS w ON w.about = k.value`;
const PUT_WITHDRAWN = `INSERT OR IGNORE INTO sod_withdrawn (about, object) VALUES (:about, :object)`;

/** Units that what a batch touched may have changed. */
export interface DirtyUnits {
  readonly chains: ReadonlySet<string>;
  readonly relations: ReadonlySet<string>;
}

/** Links first: everything after them asks to which chains an object belongs now. */
export function dirtyUnits(dirty: Dirty, db: ProjectionDb): DirtyUnits {
  const chains = relink(dirty.relinked, db);
  for (const root of dirty.roots) chains.add(root);
  const listed = (sql: string, keys: Iterable<string>): string[] => listObjects(sql, [...keys], db);
  const reconsidered = new Set([
    ...dirty.reconsidered,
    ...listed(LIST_OBJECTS_OF_ACCOUNTS, dirty.accounts),
  ]);
  addRoots([...dirty.objects, ...reconsidered], chains, db);
  // What was withdrawn stands if something was built on it, on its chains or about what it is about.
  for (const object of listed(LIST_WITHDRAWN_ABOUT, [...dirty.relied, ...chains])) {
    reconsidered.add(object);
    addRoots([object], chains, db);
  }
  const relations = new Set(dirty.relations);
  for (const [object, rows] of byObject(readObjects([...reconsidered], db))) {
    for (const ref of refsAbout(object, rows)) relations.add(ref);
    if (rows.some(({ cancels }) => cancels !== '')) putWithdrawn(object, rows, db);
  }
  return { chains, relations };
}

function listObjects(sql: string, keys: readonly string[], db: ProjectionDb): string[] {
  if (keys.length === 0) return [];
  return db.all<{ object: string }>(sql, { keys: JSON.stringify(keys) }).map((row) => row.object);
}

function addRoots(objects: readonly string[], chains: Set<string>, db: ProjectionDb): void {
  for (const object of objects) {
    for (const root of knownRoots(object, db)) chains.add(root);
  }
}

function refsAbout(object: string, rows: readonly ActRow[]): string[] {
  return rows.flatMap(({ type, refs }) =>
    judgedRefs(type, object, refs === '' ? [] : refs.split(' ')),
  );
}

/** Whatever later happens on its chains, or about what it is about, may decide whether its acts stand. */
function putWithdrawn(object: string, rows: readonly ActRow[], db: ProjectionDb): void {
  const refs = rows.flatMap((row) => (row.refs === '' ? [] : row.refs.split(' ')));
  for (const about of new Set([...knownRoots(object, db), ...refs]))
    db.run(PUT_WITHDRAWN, { about, object });
}
