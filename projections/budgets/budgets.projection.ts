import { foldDocument } from '../../src/controls/budget/document-fold.policy';
import { relieves, SPENDING_TYPES } from '../../src/controls/budget/stage.policy';
import { linkOf } from '../../src/controls/lineage.policy';
import { workflowOf } from '../../src/ingestion/workflow-definitions.policy';
import { type Entry, transitionOf, type TransitionData } from '../../src/kernel/entry';
import { parseStreamName, relatedStreamName } from '../../src/kernel/stream-name';
import { type Apply, projection, type ProjectionDb } from '../read-model';
import { BUDGETS_SCHEMA } from './budgets.schema';
import { noteCheck } from './check-rows';
import { DirtyBudgets } from './dirty-budgets';
import { noteReport } from './reported-rows';
import { releaseReservation, takeReservation } from './reservation-rows';

const NAME = 'budgets';
const BUDGET = 'budget';

function dirtyOf(db: ProjectionDb): DirtyBudgets {
  let dirty = db.batch.get(NAME) as DirtyBudgets | undefined;
  if (dirty === undefined) db.batch.set(NAME, (dirty = new DirtyBudgets(db)));
  return dirty;
}

const note: Apply = ({ stream, entry, revision }, db) => {
  const { objectType: type, entity } = parseStreamName(stream);
  if (type !== BUDGET && !SPENDING_TYPES.has(type)) return;
  const data = transitionOf(entry);
  if (data === undefined) return;
  const dirty = dirtyOf(db);
  const known = dirty.documents.find(stream);
  if (known !== undefined && known.revision >= revision) return;
  const fold = foldDocument(type, known?.fold, { entry, data, rank: rankOf(type, entry, data) });
  const document = known ?? dirty.documents.add(stream, fold);
  document.fold = fold;
  document.revision = revision;
  document.isChanged = true;
  if (type === BUDGET) dirty.budgets.add(stream);
  else dirty.spending.add(stream);
  for (const { child, parent } of linksIn(stream, { type, entity }, data)) {
    dirty.documents.link(child, parent);
    dirty.spending.add(child);
  }
};

const rankOf = (type: string, { occurredAt }: Entry, { transition }: TransitionData): number =>
  workflowOf(type, occurredAt.slice(0, 10))?.states.indexOf(transition.to) ?? -1;

/** Which document takes over from which, whichever of the two says so. */
function linksIn(
  stream: string,
  { type, entity }: { readonly type: string; readonly entity: string },
  { related = [] }: TransitionData,
): { readonly child: string; readonly parent: string }[] {
  return related.flatMap((one) => {
    if (!SPENDING_TYPES.has(one.type)) return [];
    const other = relatedStreamName(one.type, one.entity ?? entity, one.id);
    if (other === undefined) return [];
    const link = linkOf(stream, type, one, other);
    if (link === undefined) return [];
    const [later, earlier] = link.child === stream ? [type, one.type] : [one.type, type];
    return relieves(later, earlier) ? [link] : [];
  });
}

/** A rate holds for the past too: what was converted by it, or waited for it, is converted anew. */
const noteRate: Apply = ({ stream }, db) => dirtyOf(db).rates.add(parseStreamName(stream).key);

const notePlan: Apply = ({ stream }, db) => {
  const { objectType: type, key: id } = parseStreamName(stream);
  dirtyOf(db).plans.set(stream, { type, id });
};

/** Budgets with what is planned, reserved, ordered and spent, true whatever arrives late or in another order. */
export const budgets = projection(NAME, 7, {
  schema: BUDGETS_SCHEMA,
  on: {
    'exchange-rate.approved': noteRate,
    'exchange-rate.revoked': noteRate,
    'budget-version.approved': notePlan,
    'budget-version.revoked': notePlan,
    'budget-transfer.approved': notePlan,
    'budget-transfer.revoked': notePlan,
    'check.decided': noteCheck,
    'budget-figures.reported': noteReport,
    'budget-reservation.taken': takeReservation,
    'budget-reservation.released': releaseReservation,
  },
  onTransition: note,
  endOfBatch: (db) => {
    if (db.batch.has(NAME)) dirtyOf(db).settle();
  },
});
