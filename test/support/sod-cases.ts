import cases from '../golden/sod-cases.json';
import { type Cancellation, type DutyEvent } from '../../src/controls/duty-event.policy';
import { type Facts } from '../../src/controls/evaluate.policy';
import { survivors, type AccountPeriod, type Identities } from '../../src/controls/identity.policy';
import { parseMoney } from '../../src/kernel/money';

/** One worked case, as its file states it. */
export interface SodCase {
  readonly id: string;
  readonly title: string;
  readonly given: {
    readonly events?: readonly GivenEvent[];
    readonly people?: readonly { readonly id: string; readonly mergedInto?: string }[];
    readonly accounts?: readonly GivenAccount[];
    readonly [other: string]: unknown;
  };
  readonly expect: {
    readonly verdict: string;
    readonly decision: string | null;
    readonly findings: readonly ExpectedFinding[];
  };
}

export interface ExpectedFinding {
  readonly rule: string;
  readonly person: string | null;
  readonly status: string;
  readonly events?: readonly number[];
  readonly reason?: string;
}

interface GivenAccount {
  readonly id: string;
  readonly kind: 'human' | 'service' | 'shared';
  readonly person?: string;
  readonly from?: string;
  readonly to?: string;
  readonly add?: boolean;
}

interface GivenEvent {
  readonly seq: number;
  readonly at: string;
  readonly account: string;
  readonly duty: string;
  readonly object: string;
  readonly lineage: string | readonly string[];
  readonly refs?: Readonly<Record<string, string>>;
  readonly entity?: string;
  readonly amount?: { readonly amount: string; readonly currency: string };
  readonly version?: number;
  readonly material?: boolean;
  readonly onBehalfOf?: string;
  readonly initiatedBy?: string;
  readonly cancels?: number;
}

export const SOD_CASES = cases.cases as unknown as readonly SodCase[];
const DEFAULT_ACCOUNTS = cases.defaults.accounts as readonly GivenAccount[];

/** Event ids sort as the cases' sequence numbers do. */
export const idOf = (seq: number): string => `event-${String(seq).padStart(4, '0')}`;
export const seqOf = (id: string): number => Number(id.slice('event-'.length));

/** The facts of a case, as the evaluator takes them. Defaults are those the file states. */
export function factsOf({ given }: SodCase): Facts {
  const events = given.events ?? [];
  return {
    events: events.filter(({ cancels }) => cancels === undefined).map(dutyEvent),
    cancellations: events.flatMap((event): Cancellation[] =>
      event.cancels === undefined
        ? []
        : [{ id: idOf(event.seq), at: instant(event.at), cancels: idOf(event.cancels) }],
    ),
    identities: identitiesOf(given),
  };
}

function dutyEvent(event: GivenEvent): DutyEvent {
  return {
    id: idOf(event.seq),
    at: instant(event.at),
    duties: [event.duty],
    object: event.object,
    account: event.account,
    ...(event.onBehalfOf === undefined ? {} : { onBehalfOf: event.onBehalfOf }),
    ...(event.initiatedBy === undefined ? {} : { initiatedBy: event.initiatedBy }),
    lineages: typeof event.lineage === 'string' ? [event.lineage] : [...event.lineage].sort(),
    refs: Object.entries(event.refs ?? {}).map(([key, value]) => `${key}:${value}`),
    version: event.version ?? 1,
    isChange: false,
    isMaterial: event.material ?? true,
    ...(event.amount === undefined ? {} : { amount: parseMoney(event.amount) }),
  };
}

function instant(text: string): string {
  return text.replace(/Z$/, '.000Z');
}

function identitiesOf(given: SodCase['given']): Identities {
  const periods = new Map<string, AccountPeriod[]>();
  for (const account of DEFAULT_ACCOUNTS) periods.set(account.id, [periodOf(account)]);
  for (const account of given.accounts ?? []) {
    const known = account.add === true ? (periods.get(account.id) ?? []) : [];
    periods.set(account.id, [...known, periodOf(account)]);
  }
  const merges = (given.people ?? []).flatMap(({ id, mergedInto }): [string, string][] =>
    mergedInto === undefined ? [] : [[id, mergedInto]],
  );
  return {
    periodsOf: (account) => periods.get(account) ?? [],
    survivorOf: survivors(new Map(merges)),
  };
}

function periodOf({ kind, person, from, to }: GivenAccount): AccountPeriod {
  return {
    kind,
    ...(person === undefined ? {} : { person }),
    ...(from === undefined ? {} : { from: instant(from) }),
    ...(to === undefined ? {} : { to: instant(to) }),
  };
}
