import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { projection, type Apply, type ProjectionDb } from '../read-model';
import { approveMapping, putMapping } from './account-rows';
import { putAct, putLinks } from './act-rows';
import { takeDirty } from './dirty';
import { dirtyUnits } from './dirty-units';
import { judgeUnits } from './judge-units';
import { judgingIn } from './judging';
import { REGISTER_CHANGES } from './register-changes';
import { FINDING_WORK } from './work-rows';
import { SOD_FINDINGS_SCHEMA } from './sod-findings.schema';

/**
 * Units are judged anew from all of their facts, never patched by the order of arrival, once a batch, in the transaction
 * that stores the facts.
 */
function judgeDirtyUnits(db: ProjectionDb): void {
  const dirty = takeDirty(db);
  if (dirty === undefined) return;
  const judging = judgingIn(db, dirty);
  judgeUnits(dirtyUnits(dirty, db), judging, db);
}

const acts: Readonly<Record<string, Apply>> = Object.fromEntries(
  DEFAULT_DUTIES.types.map((type) => [type, putAct]),
);

/** Findings of segregation of duties. A finding is a function of the facts in the ledger. */
export const sodFindings = projection('sod-findings', 8, {
  schema: SOD_FINDINGS_SCHEMA,
  on: {
    ...acts,
    ...FINDING_WORK,
    'account.mapped': putMapping,
    'account.approved': approveMapping,
    ...REGISTER_CHANGES,
  },
  onTransition: putLinks,
  // A mapping of the company's own may give duties to events that the shipped one has not, also to the ledger's own.
  onEvery: (event, db) => {
    if (acts[event.type] === undefined) putAct(event, db);
  },
  endOfBatch: judgeDirtyUnits,
});
