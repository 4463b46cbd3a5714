import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { projection, type Apply, type ProjectionDb } from '../read-model';
import { type Registers } from '../../src/controls/registers.policy';
import { registersIn } from '../control-registers';
import { approveMapping, correctPerson, identitiesIn, putMapping } from './account-rows';
import { putAct, putLinks } from './act-rows';
import { isCleanAtAGlance, judgeChain } from './chain';
import { judgeExcepted } from './excepted';
import { takeDirty } from './dirty';
import { dirtyUnits } from './dirty-units';
import { storedFindings, storeFindings } from './finding-rows';
import { judgeRelation } from './relation';
import { FINDING_WORK } from './work-rows';
import { SOD_FINDINGS_SCHEMA } from './sod-findings.schema';
import { type Judging } from './unit';

/**
 * Units are judged anew from all of their facts, never patched by the order of arrival, once a batch, in the transaction
 * that stores the facts.
 */
function judgeDirtyUnits(db: ProjectionDb): void {
  const dirty = takeDirty(db);
  if (dirty === undefined) return;
  const { chains, relations } = dirtyUnits(dirty, db);
  const judging = judgingIn(db);
  judgeChains(chains, judging, db);
  for (const scope of relations) {
    const unit = { kind: 'relation', scope } as const;
    storeFindings(unit, judgeRelation(scope, judging, db), db);
  }
}

function judgeChains(chains: ReadonlySet<string>, judging: Judging, db: ProjectionDb): void {
  const queue = [...chains];
  const judged = new Set<string>();
  for (let root = queue.pop(); root !== undefined; root = queue.pop()) {
    if (judged.has(root)) continue;
    judged.add(root);
    const unit = { kind: 'lineage', scope: root } as const;
    // A chain that has findings does not pass at a glance, as a rule.
    const isNew = storedFindings(unit, db).size === 0;
    if (isNew && isCleanAtAGlance(root, judging.identities, db)) continue;
    const chain = judgeChain(root, judging, db);
    storeFindings(unit, chain, db);
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

const acts: Readonly<Record<string, Apply>> = Object.fromEntries(
  DEFAULT_DUTIES.types.map((type) => [type, putAct]),
);

/** Findings of segregation of duties. A finding is a function of the facts in the ledger. */
export const sodFindings = projection('sod-findings', 4, {
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
  endOfBatch: judgeDirtyUnits,
});
