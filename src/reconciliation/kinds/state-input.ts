import { type CivilDate, dayNumber } from '../../kernel/civil-date';
import { type MoneyJson } from '../../kernel/money';
import { type StateOrder } from './state-order';

/** An object as one system last reported it. */
export interface StateInput {
  /** entity and normalised id, with the object's type */
  readonly key: string;
  readonly type: string;
  readonly entity: string;
  readonly objectId: string;
  readonly state: string;
  /** day of its last word */
  readonly at: CivilDate;
  readonly amount?: MoneyJson;
  readonly version?: string;
}

export interface StateSides {
  readonly a: readonly StateInput[];
  readonly b: readonly StateInput[];
  /** by object type */
  readonly orders: Readonly<Record<string, StateOrder>>;
}

/** What a comparison of states goes by, beside the states. */
export interface StateRules {
  readonly definition: string;
  readonly cutoff: CivilDate;
  /** days that the target may be behind */
  readonly lagDays: number;
  readonly compare: readonly ('amount' | 'version')[];
  readonly orders: StateSides['orders'];
}

/** Whether the target still has time to follow. */
export const isRecent = ({ cutoff, lagDays }: StateRules, { at }: StateInput): boolean =>
  lagDays > 0 && dayNumber(cutoff) - dayNumber(at) <= lagDays;
