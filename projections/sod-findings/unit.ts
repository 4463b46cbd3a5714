import {
  type Finding,
  type FindingStatus,
  type ScopeKind,
} from '../../src/controls/finding.policy';
import { type Identities } from '../../src/controls/identity.policy';
import { type Registers } from '../../src/controls/registers.policy';
import { type Period, type RuleContext } from '../../src/controls/rules/rule-context.policy';
import { type RuleBook, type RulesOfDay } from '../../src/controls/rule-sets/rule-book.policy';
import { type Standing } from '../../src/controls/standing.policy';
import { type Instant } from '../../src/kernel/runtime';
import { type ReadDb } from '../read-model';
import { type ActRow } from './chain-rows';
import { consequencesIn } from './consequences';

/** What units are judged by. The registers are read when the first unit needs them. */
export interface Judging {
  readonly identities: Identities;
  readonly registers: () => Registers;
  /** says what the duties of an act are, by its own date */
  readonly book: RuleBook;
  /** the rules it is judged by */
  readonly day: RulesOfDay;
  /** what they judge: acts of which the latest lies in it; absent: all */
  readonly period?: Period;
  readonly db: ReadDb;
}

export const standingIn = ({ identities, db, day }: Judging): Standing => ({
  rules: day.rules,
  identities,
  consequences: consequencesIn(db),
});

export const contextOf = ({ identities, registers, day, period }: Judging): RuleContext => ({
  rules: day.rules,
  identities,
  registers: registers(),
  ...(period === undefined ? {} : { period }),
});

/** What findings rest on wholly: a document chain, a related object, one object, a session. */
export interface UnitName {
  readonly kind: ScopeKind;
  readonly scope: string;
  /** of the findings of one scope only this person's */
  readonly person?: string;
}

/** What a finding becomes at an instant to come, when nothing is recorded until then. */
export interface Turn {
  readonly at: Instant;
  readonly status: FindingStatus;
  readonly reasons: readonly string[];
}

/** One unit, judged from all of its facts. */
export interface JudgedUnit {
  readonly findings: readonly Finding[];
  /** where each act stands in the log, and when it occurred, by event id */
  readonly acts: ReadonlyMap<string, { readonly n: string; readonly at: string }>;
  /** by finding id, in order of time */
  readonly turns: ReadonlyMap<string, readonly Turn[]>;
}

export const CLEAN_UNIT: JudgedUnit = { findings: [], acts: new Map(), turns: new Map() };

export function actsIn(rows: readonly ActRow[]): JudgedUnit['acts'] {
  return new Map(rows.map(({ event, n, at }) => [event, { n, at }]));
}
