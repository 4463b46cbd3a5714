import { FLAGS, type Flag } from '../../src/ingestion/workflow.policy';
import { streamName } from '../../src/kernel/stream-name';
import { type Instant } from '../../src/kernel/runtime';
import { Conditions } from '../read-model';
import { type DisagreementKind, DISAGREEMENTS } from './disagreements.policy';
import { bitOf, maskOf } from './masks';

/** What a list of objects is narrowed by; every member given must hold. */
export interface ObjectFilter {
  readonly type?: string;
  readonly entity?: string;
  readonly state?: string;
  /** a system that has spoken of the object */
  readonly system?: string;
  /** `any`: states, amounts or versions that differ, and not merely a system that is behind */
  readonly disagreement?: DisagreementKind | 'any';
  /** an action that occurred */
  readonly step?: string;
  /** an action that never occurred */
  readonly missingStep?: string;
  readonly flag?: Flag;
  readonly amount?: AmountRange;
  /** recorded at or after */
  readonly changedSince?: Instant;
}

/** Minor units of one currency, both ends included. */
export interface AmountRange {
  readonly currency: string;
  readonly from?: bigint;
  readonly to?: bigint;
}

const ANY_DISAGREEMENT = maskOf(DISAGREEMENTS, ['state', 'amount', 'version']);

/** The conditions on table `object` that a filter means. */
export function objectConditions(filter: ObjectFilter): Conditions {
  const { type, entity, state, system, step, missingStep, amount, changedSince } = filter;
  return streamConditions(type, entity)
    .add('state = :state', { state })
    .add('no IN (SELECT object_no FROM object_system WHERE system = :system)', { system })
    .add('no IN (SELECT object_no FROM object_step WHERE action = :step)', { step })
    .add(
      'NOT EXISTS (SELECT 1 FROM object_step WHERE action = :missingStep AND object_no = object.no)',
      { missingStep },
    )
    .add('flags <> 0 AND flags & :flag <> 0', { flag: filter.flag && bitOf(FLAGS, filter.flag) })
    .add('disagreements <> 0 AND disagreements & :disagreement <> 0', {
      disagreement: disagreementMask(filter.disagreement),
    })
    .add('currency = :currency', { currency: amount?.currency })
    .add('amount_minor >= :amountFrom', { amountFrom: amount?.from })
    .add('amount_minor <= :amountTo', { amountTo: amount?.to })
    .add('changed_at >= :changedSince', { changedSince });
}

/**
 * Objects of one type, or of one type and entity, are neighbours in the order of stream names, which is also the order of
 * the list: the name's own index serves both.
 */
function streamConditions(type: string | undefined, entity: string | undefined): Conditions {
  const conditions = new Conditions();
  if (type === undefined) return conditions.add('entity = :entity', { entity });
  const category = type.replaceAll('-', '_');
  // `.` follows `-` and `/` follows `.` in the order of bytes, so each is the end of what the prefix begins.
  const [from, to] =
    entity === undefined
      ? [`${category}-`, `${category}.`]
      : [
          streamName(type, entity, '0').slice(0, -1),
          `${streamName(type, entity, '0').slice(0, -2)}/`,
        ];
  return conditions.add('stream >= :streamFrom AND stream < :streamTo', {
    streamFrom: from,
    streamTo: to,
  });
}

function disagreementMask(kind: ObjectFilter['disagreement']): bigint | undefined {
  if (kind === undefined) return undefined;
  return kind === 'any' ? ANY_DISAGREEMENT : bitOf(DISAGREEMENTS, kind);
}
