import { type Finding, type ScopeKind } from '../../src/controls/finding.policy';
import { type Identities } from '../../src/controls/identity.policy';
import { type Registers } from '../../src/controls/registers.policy';
import { type Instant } from '../../src/kernel/runtime';

/** What units are judged by. The registers are read when the first unit needs them. */
export interface Judging {
  readonly identities: Identities;
  readonly registers: () => Registers;
}

/** What findings rest on wholly: a document chain, a related object, one object, a session. */
export interface UnitName {
  readonly kind: ScopeKind;
  readonly scope: string;
}

/** One unit, judged from all of its facts. */
export interface JudgedUnit {
  readonly findings: readonly Finding[];
  /** where each act stands in the log, and when it occurred, by event id */
  readonly acts: ReadonlyMap<string, { readonly n: string; readonly at: string }>;
  /** when a mitigated finding turns into a violation unless its control is evidenced, by finding id */
  readonly turns: ReadonlyMap<string, Instant>;
}
