import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { projection, type Apply, type ProjectionDb } from '../read-model';
import { type Registers } from '../../src/controls/registers.policy';
import { registersIn } from '../control-registers';
import { approveMapping, correctPerson, identitiesIn, putMapping } from './account-rows';
import { putAct, putLinks } from './act-rows';
import { isCleanAtAGlance, judgeChain, type Judging } from './chain';
import { judgeExcepted } from './excepted';
import { takeDirty, type Dirty } from './dirty';
import { storedFindings, storeFindings } from './finding-rows';
import { knownRoots, relink } from './lineage-rows';
import { FINDING_WORK } from './work-rows';
import { SOD_FINDINGS_SCHEMA } from './sod-findings.schema';

const LIST_OBJECTS_OF_ACCOUNT = `
  SELECT object FROM sod_act WHERE account = :key
   UNION
  SELECT object FROM sod_act WHERE on_behalf_of = :key
   UNION
  SELECT object FROM sod_act WHERE initiated_by = :key`;
const LIST_WITHDRAWN_ABOUT = `
  SELECT object FROM sod_withdrawn_ref WHERE ref = :key ORDER BY object`;
const PUT_WITHDRAWN_REF = `
  INSERT OR IGNORE INTO sod_withdrawn_ref (ref, object) VALUES (:ref, :object)`;

/**
 * Chains are judged anew from all of their facts, never patched by the order of arrival, once a batch, in the
 * transaction that stores the facts.
 */
function judgeDirtyChains(db: ProjectionDb): void {
  const dirty = takeDirty(db);
  if (dirty === undefined) return;
  const queue = [...chainsOf(dirty, db)];
  const judged = new Set<string>();
  const judging = judgingIn(db);
  for (let root = queue.pop(); root !== undefined; root = queue.pop()) {
    if (judged.has(root)) continue;
    judged.add(root);
    const before = storedFindings(root, db);
    // A chain that has findings does not pass at a glance, as a rule.
    if (before.size === 0 && isCleanAtAGlance(root, judging.identities, db)) continue;
    const chain = judgeChain(root, judging, db);
    storeFindings(chain, before, db);
    for (const { ref, object } of chain.withdrawn) db.run(PUT_WITHDRAWN_REF, { ref, object });
    queue.push(...chain.neighbours);
  }
}

/** The instant at which nothing is due yet: the view knows what time it is. */
const NOTHING_DUE = '0001-01-01T00:00:00.000Z';

function judgingIn(db: ProjectionDb): Judging {
  let registers: Registers | undefined;
  const context = { asOf: NOTHING_DUE, timeZoneOf: () => 'UTC' };
  return {
    identities: identitiesIn(db),
    registers: () => (registers ??= registersIn(db, context)),
  };
}

function chainsOf(
  { objects, relinked, accounts, refs, roots }: Dirty,
  db: ProjectionDb,
): Set<string> {
  const listed = (sql: string, key: string): string[] =>
    db.all<{ object: string }>(sql, { key }).map(({ object }) => object);
  // Links first: everything after them asks to which chains an object belongs now.
  const chains = relink(relinked, db);
  for (const root of roots) chains.add(root);
  const concerned = new Set([
    ...objects,
    ...[...accounts].flatMap((key) => listed(LIST_OBJECTS_OF_ACCOUNT, key)),
    ...[...refs].flatMap((key) => listed(LIST_WITHDRAWN_ABOUT, key)),
  ]);
  for (const object of concerned) {
    for (const root of knownRoots(object, db)) chains.add(root);
  }
  return chains;
}

const acts: Readonly<Record<string, Apply>> = Object.fromEntries(
  DEFAULT_DUTIES.types.map((type) => [type, putAct]),
);

/** Findings of segregation of duties. A finding is a function of the facts in the ledger. */
export const sodFindings = projection('sod-findings', 3, {
  schema: SOD_FINDINGS_SCHEMA,
  on: {
    ...acts,
    ...FINDING_WORK,
    'account.mapped': putMapping,
    'account.approved': approveMapping,
    'sod-exception.approved': judgeExcepted,
    'sod-exception.revoked': judgeExcepted,
    'sod-exception.evidenced': judgeExcepted,
    'person.approved': correctPerson,
    'person.revoked': correctPerson,
  },
  onTransition: putLinks,
  endOfBatch: judgeDirtyChains,
});
