import fc from 'fast-check';
import { registersIn, survivorsIn } from '../../projections/control-registers';
import { type ReadDb, type Snapshot } from '../../projections/read-model';
import { listFindings } from '../../projections/sod-findings';
import { type Cancellation, type DutyEvent } from '../../src/controls/duty-event.policy';
import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { type Entitlement } from '../../src/controls/registers.policy';
import { evaluate } from '../../src/controls/evaluate.policy';
import { type AccountPeriod } from '../../src/controls/identity.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { type RelatedObject } from '../../src/kernel/entry';
import { parseMoney } from '../../src/kernel/money';
import { parseStreamName, streamName } from '../../src/kernel/stream-name';
import { type EventInput } from './projection-harness';
import { eventId, mapped, minuteOf, storedFindings, type Did } from './sod-ledger';

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'requisition-E.R': ['submitted', 'changed', 'approved'],
  'purchase_order-E.O1': [
    'created',
    'changed',
    'approved',
    'issued',
    'approval-withdrawn',
    'cancelled',
  ],
  'purchase_order-E.O2': ['created', 'changed', 'approved'],
  'purchase_order-E.O3': ['created', 'created', 'changed', 'approved'],
  'goods_receipt-E.G': ['posted'],
  'invoice-E.I1': ['received', 'changed', 'approved', 'validated', 'reversed'],
  'invoice-E.I2': ['received', 'approved'],
  'payment-E.P1': ['proposed', 'initiated', 'changed', 'approved', 'transmitted', 'cancelled'],
  'payment-E.P2': ['proposed', 'approved', 'transmitted'],
  'supplier-E.V': ['changed', 'bank-details-changed', 'change-approved', 'change-withdrawn'],
  'signatory-E.S': ['changed'],
};
const OBJECTS = Object.keys(ACTIONS);
const ACCOUNTS = ['alice', 'alice2', 'bob', 'handed', 'job', 'team', 'ghost', 'late'];
const PERIODS: Readonly<Record<string, readonly AccountPeriod[]>> = {
  alice: [{ kind: 'human', person: 'P-A' }],
  alice2: [{ kind: 'human', person: 'P-A' }],
  bob: [{ kind: 'human', person: 'P-B' }],
  handed: [
    { kind: 'human', person: 'P-A', to: minuteOf(5) },
    { kind: 'human', person: 'P-B', from: minuteOf(5) },
  ],
  job: [{ kind: 'service' }],
  team: [{ kind: 'shared' }],
  late: [{ kind: 'human', person: 'P-C' }],
};

export interface Step {
  readonly object: string;
  readonly action: number;
  readonly account: string;
  readonly minute: number;
  readonly day: number;
  readonly behalf: string | undefined;
  readonly initiator: string | undefined;
  readonly other: string | undefined;
  readonly role: RelatedObject['role'];
  readonly cancels: number;
  readonly amount: string | undefined;
  readonly currency: string;
  readonly policy: boolean;
  readonly session: boolean;
  readonly vendor: string | undefined;
}

export const steps = fc.array(
  fc.record<Step>({
    object: fc.constantFrom(...OBJECTS),
    action: fc.nat(5),
    account: fc.constantFrom(...ACCOUNTS),
    // Few instants, so that ties happen and are settled by event id.
    minute: fc.nat(9),
    // Windows of relations end, some of them.
    day: fc.constantFrom(0, 0, 0, 30, 31, 91),
    behalf: fc.option(fc.constantFrom(...ACCOUNTS), { nil: undefined, freq: 6 }),
    initiator: fc.option(fc.constantFrom(...ACCOUNTS), { nil: undefined, freq: 3 }),
    other: fc.option(fc.constantFrom(...OBJECTS), { nil: undefined, freq: 2 }),
    role: fc.constantFrom('order', 'settles', 'replaces', 'part-of', 'supplier'),
    cancels: fc.nat(30),
    amount: fc.option(fc.constantFrom('90.00', '6000.00', '9000.00', '60000.00'), {
      freq: 4,
      nil: undefined,
    }),
    currency: fc.constantFrom('EUR', 'EUR', 'USD', 'CHF'),
    policy: fc.boolean(),
    session: fc.boolean(),
    vendor: fc.option(fc.constantFrom('supplier-E.V', 'supplier-E.W'), { nil: undefined }),
  }),
  { minLength: 12, maxLength: 36 },
);

/** Steps as finance events; a link to the supplier is master data, every other one makes a chain. */
export function history(given: readonly Step[]): Did[] {
  return given.map((step, n) => {
    const actions = ACTIONS[step.object]!;
    const links = [step.other, step.vendor].filter((one) => one !== undefined);
    const related = links.map((other) =>
      relatedTo(other, other.startsWith('supplier') ? 'supplier' : step.role),
    );
    return {
      object: step.object,
      action: actions[step.action % actions.length]!,
      account: step.account,
      minute: step.minute + step.day * 1440,
      id: eventId(n),
      ...(step.behalf === undefined ? {} : { onBehalfOf: step.behalf }),
      ...(step.initiator === undefined ? {} : { initiatedBy: step.initiator }),
      ...(related.length === 0 ? {} : { related }),
      causation: eventId(step.cancels % given.length),
      ...(step.amount === undefined
        ? {}
        : { amount: { amount: step.amount, currency: step.currency } }),
      ...(step.policy ? { autoApprovalPolicy: 'AP-1' } : {}),
      ...(step.session ? { emergencySession: 'ES-1' } : {}),
    };
  });
}

function relatedTo(stream: string, role: RelatedObject['role']): RelatedObject {
  const { objectType, key } = parseStreamName(stream);
  return { type: objectType, id: key, role };
}

const STAGE = ['requisition', 'purchase_order', 'goods_receipt', 'invoice', 'payment'];

/** Chains by brute force: everything that can be reached, and of that what reaches nothing that does not reach it back. */
function chainsOf(events: readonly Did[]): (object: string) => string[] {
  const up = new Map(OBJECTS.map((object) => [object, new Set<string>([object])]));
  const stage = (stream: string) => STAGE.indexOf(stream.slice(0, stream.indexOf('-')));
  for (const { object, related = [] } of events) {
    for (const one of related) {
      const other = streamName(one.type, 'E', one.id);
      if (one.role === 'supplier' || other === object || stage(object) < 0 || stage(other) < 0)
        continue;
      const isLater =
        stage(object) === stage(other) ? one.role !== 'part-of' : stage(object) > stage(other);
      if (isLater) up.get(object)!.add(other);
      else up.get(other)!.add(object);
    }
  }
  for (let round = 0; round < OBJECTS.length; round += 1) {
    for (const reached of up.values())
      for (const one of [...reached]) up.get(one)!.forEach((o) => reached.add(o));
  }
  return (object) => {
    const reached = [...up.get(object)!];
    const last = reached.filter((one) =>
      [...up.get(one)!].every((other) => up.get(other)!.has(one)),
    );
    const first = last.map((one) => [...up.get(one)!].sort()[0]!);
    return [...new Set(first)].sort();
  };
}

/**
 * The same history judged from scratch, without any row of the findings. The registers have tests of their own.
 *
 * @param asOf what is due by then
 */
export function expected(events: readonly Did[], db: ReadDb, asOf: string): unknown[] {
  const chains = chainsOf(events);
  const typeOf = ({ object, action }: Did) => `${parseStreamName(object).objectType}.${action}`;
  const mappedEvents = OBJECTS.flatMap((object) => {
    const own = events.filter(
      (e) => e.object === object && DEFAULT_DUTIES.row(typeOf(e)) !== undefined,
    );
    const duties = DEFAULT_DUTIES.dutiesOf(own.map(typeOf));
    return own.map((event, i) => ({
      event,
      row: DEFAULT_DUTIES.row(typeOf(event))!,
      duties: duties[i]!,
    }));
  });
  const acts = mappedEvents.filter(({ row }) => row.cancels === undefined);
  const facts = acts.map(({ event, row, duties }): DutyEvent => {
    const vendors = [
      ...(event.object.startsWith('supplier') ? [event.object] : []),
      ...(event.related ?? [])
        .filter((r) => r.role === 'supplier')
        .map((r) => streamName(r.type, 'E', r.id)),
    ].filter((vendor, i, all) => all.indexOf(vendor) === i);
    return {
      id: event.id!,
      at: minuteOf(event.minute),
      duties,
      object: event.object,
      entity: 'E',
      account: event.account,
      ...(event.onBehalfOf === undefined ? {} : { onBehalfOf: event.onBehalfOf }),
      ...(event.initiatedBy === undefined ? {} : { initiatedBy: event.initiatedBy }),
      lineages: chains(event.object),
      refs: vendors.map((vendor) => `vendor:${vendor}`),
      isChange: row.change === true,
      isMaterial: true,
      ...(event.amount === undefined ? {} : { amount: parseMoney(event.amount) }),
      ...(event.autoApprovalPolicy === undefined
        ? {}
        : { autoApprovalPolicy: event.autoApprovalPolicy }),
      ...(event.emergencySession === undefined ? {} : { emergencySession: event.emergencySession }),
    };
  });
  const cancellations = mappedEvents.flatMap(({ event, row }): Cancellation[] => {
    const target = facts.find(
      (fact) => fact.id === event.causation && fact.object === event.object,
    );
    if (!target?.duties.some((duty) => row.cancels?.includes(duty))) return [];
    return [{ id: event.id!, at: minuteOf(event.minute), cancels: target.id }];
  });
  const identities = { periodsOf: (a: string) => PERIODS[a] ?? [], survivorOf: survivorsIn(db) };
  const registers = { ...registersIn(db, { asOf }), entitlements: rightsIn(db) };
  return evaluate({ events: facts, cancellations, identities, registers }, DEFAULT_RULES)
    .map((f) => [
      f.id,
      f.rule,
      f.person,
      f.status,
      f.kind,
      f.scope,
      f.reasons,
      f.gaps,
      f.proofs.map((p) => [p.event, p.side[0]!.toUpperCase()]),
    ])
    .sort(byText);
}

interface RightRow {
  readonly person: string | null;
  readonly account: string | null;
  readonly duty: string;
  readonly entity: string;
  readonly valid_from: string;
}

/** Rights of persons, and those of accounts while they are somebody's. */
function rightsIn(db: ReadDb): Entitlement[] {
  const rows = db.all<RightRow>(`SELECT * FROM control_entitlement`);
  return rows.flatMap(({ person, account, duty, entity, valid_from: from }): Entitlement[] => {
    if (person !== null) return [{ person, duty, entity, from }];
    return PERIODS[account!]!.map((period) => ({
      ...{ person: period.person!, duty, entity },
      from: period.from !== undefined && period.from > from ? period.from : from,
      ...(period.to === undefined ? {} : { to: period.to }),
    }));
  });
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const FOREVER = '2000-01-01T00:00:00.000Z';
export const MAPPINGS: readonly EventInput[][] = Object.entries(PERIODS).flatMap(
  ([account, periods]) =>
    periods.map(({ from, to, person, ...rest }, n) =>
      mapped({
        account,
        mapping: n + 1,
        ...rest,
        ...(person === undefined ? {} : { person }),
        validFrom: from ?? FOREVER,
        ...(to === undefined ? {} : { validTo: to }),
      }),
    ),
);

/** What the view shows at an instant, with the events behind it. */
export function shown(db: ReadDb, now: string): unknown[] {
  const proofs = new Map(storedFindings(db).map((f) => [f.id, f.proofs]));
  const snapshot: Snapshot = {
    position: undefined,
    all: (sql, params) => db.all(sql, params),
    get: (sql, params) => db.get(sql, params),
  };
  const page = listFindings(snapshot, { filter: { now }, limit: 10_000 });
  return page.items
    .map((f) => [
      f.id,
      f.rule,
      f.person,
      f.status,
      f.scope.kind,
      f.scope.name,
      f.reasons,
      f.missing,
      proofs.get(f.id)!.map(({ event, side }) => [event, side]),
    ])
    .sort(byText);
}
