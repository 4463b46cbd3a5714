import { findObject } from '../../../projections/workflow-state';
import { type ReadDb } from '../../../projections/read-model';
import { workflowOf } from '../../ingestion';
import { streamName } from '../../kernel/stream-name';
import { linkOf } from '../lineage.policy';
import { type RulesOfDay } from '../rule-sets/rule-book.policy';
import { type DutyCheckDto } from './duty-check.dto';

/** The ledger does not have the object of the step, or a document that the step says it comes from. */
export type UnknownAbout = 'unknown_object' | 'lineage_unknown';

export const typeOf = ({ object, action }: DutyCheckDto): string =>
  `${object.type}.${action ?? ''}`;

/** What is missing to judge the step: who prepared an object that nobody reported is not known either. */
export function unknownAbout(body: DutyCheckDto, day: RulesOfDay, db: ReadDb): UnknownAbout[] {
  const { object, entity, related = [] } = body;
  const own = streamName(object.type, entity, object.id);
  const isKnown = (stream: string): boolean => findObject(db, stream) !== undefined;
  const isMissing = !isKnown(own) && !mayBegin(body, day);
  const parents = related.flatMap((one) => {
    const other = streamName(one.type, one.entity ?? entity, one.id);
    const link = linkOf(own, object.type, one, other);
    return link?.child === own ? [link.parent] : [];
  });
  return [
    ...(isMissing ? (['unknown_object'] as const) : []),
    ...(parents.every(isKnown) ? [] : (['lineage_unknown'] as const)),
  ];
}

/** A step with which the life of an object begins; of a duty without an action one that does not approve. */
function mayBegin({ object, action, duty }: DutyCheckDto, { rules }: RulesOfDay): boolean {
  const workflow = workflowOf(object.type);
  if (action !== undefined && workflow !== undefined) {
    const { initial, transitions } = workflow;
    return transitions.some((one) => one.action === action && one.from.includes(initial));
  }
  return duty === undefined || !rules.isApproving(duty);
}
