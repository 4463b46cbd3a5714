import { type DocumentLink, rootsOf } from '../../src/controls/lineage.policy';
import { type ProjectionDb, type ReadDb } from '../read-model';

const LIST_PARENTS = `SELECT parent FROM sod_link WHERE child = :child ORDER BY parent`;
const LIST_CHILDREN = `SELECT child FROM sod_link WHERE parent = :parent ORDER BY child`;
/** Stream names hold no line feed, and one value costs less than several rows. */
const LIST_ROOTS = `
  SELECT group_concat(root, char(10) ORDER BY root) AS roots FROM sod_lineage WHERE object = :object`;
const DROP_ROOTS = `DELETE FROM sod_lineage WHERE object = :object`;
const PUT_ROOT = `
  INSERT OR IGNORE INTO sod_lineage (object, root, several) VALUES (:object, :root, :several)`;

/** Chains of an object, as last worked out; an object without links is a chain of its own. */
export function knownRoots(object: string, db: ReadDb): readonly string[] {
  const roots = db.get<{ roots: string | null }>(LIST_ROOTS, { object })?.roots;
  return roots?.split('\n') ?? [object];
}

const FIND_LINK = `SELECT 1 AS found FROM sod_link WHERE child = :child AND parent = :parent`;

export function isLinked(child: string, parent: string, db: ReadDb): boolean {
  return db.get(FIND_LINK, { child, parent }) !== undefined;
}

/** Chains of any object as they would be with some links more. */
export function rootsWith(
  links: readonly DocumentLink[],
  db: ReadDb,
): (object: string) => readonly string[] {
  const recorded = parentsIn(db);
  const parentsOf = (child: string): readonly string[] => {
    const more = links.filter((link) => link.child === child).map(({ parent }) => parent);
    return more.length === 0 ? recorded(child) : [...new Set([...recorded(child), ...more])].sort();
  };
  return (object) => rootsOf(object, parentsOf);
}

/** What objects directly come from; what is read once is kept. */
function parentsIn(db: ReadDb): (child: string) => readonly string[] {
  const parents = new Map<string, readonly string[]>();
  return (child) => {
    const known = parents.get(child);
    if (known !== undefined) return known;
    const read = db.all<{ parent: string }>(LIST_PARENTS, { child }).map(({ parent }) => parent);
    parents.set(child, read);
    return read;
  };
}

/**
 * Works out anew to which chains objects belong whose links changed, and everything that comes from them.
 *
 * @returns every chain that lost or gained an object
 */
export function relink(objects: Iterable<string>, db: ProjectionDb): Set<string> {
  // All links of the batch are stored, so that what is read once stays true.
  const parentsOf = parentsIn(db);
  const moved = new Set<string>();
  const seen = new Set<string>();
  const queue = [...objects];
  for (let object = queue.pop(); object !== undefined; object = queue.pop()) {
    if (seen.has(object)) continue;
    seen.add(object);
    const before = knownRoots(object, db);
    const after = rootsOf(object, parentsOf);
    if (isSameList(before, after)) continue;
    putRoots(object, after, db);
    for (const root of [...before, ...after]) moved.add(root);
    queue.push(...db.all<{ child: string }>(LIST_CHILDREN, { parent: object }).map((c) => c.child));
  }
  return moved;
}

function putRoots(object: string, roots: readonly string[], db: ProjectionDb): void {
  db.run(DROP_ROOTS, { object });
  const [first] = roots;
  if (roots.length === 1 && first === object) return;
  const several = roots.length > 1 ? 1 : 0;
  for (const root of roots) db.run(PUT_ROOT, { object, root, several });
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
