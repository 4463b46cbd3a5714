import { type Decimal, parseDecimal } from '../../src/kernel/decimal';
import { present } from '../../src/kernel/present';
import { type Instant } from '../../src/kernel/runtime';
import { survivors } from '../../src/controls/identity.policy';
import { isInForce, type Registers } from '../../src/controls/registers.policy';
import { type PayeeGroup, payeesOf } from '../../src/controls/registers/payee-groups.policy';
import { streamName } from '../../src/kernel/stream-name';
import { type ReadDb } from '../read-model';

const APPROVED = `
  SELECT e.type, e.id, e.version, e.entry, a.at AS approved_at, coalesce(a.by_person, a.by) AS approved_by,
         r.at AS revoked_at, v.at AS reviewed_at, coalesce(v.by_person, v.by) AS reviewed_by,
         c.at AS evidenced_at, coalesce(c.by_person, c.by) AS evidenced_by
    FROM control_entry AS e
    JOIN control_decision AS a ON a.type = e.type AND a.id = e.id AND a.version = e.version AND a.verb = 'approved'
    LEFT JOIN control_decision AS r ON r.type = e.type AND r.id = e.id AND r.version = e.version AND r.verb = 'revoked'
    LEFT JOIN control_decision AS v ON v.type = e.type AND v.id = e.id AND v.version = e.version AND v.verb = 'reviewed'
    LEFT JOIN control_decision AS c ON c.type = e.type AND c.id = e.id AND c.version = e.version AND c.verb = 'evidenced'`;
const IN_ORDER = ` ORDER BY e.type, e.id, e.version`;
/** Rule sets and lists of entitlements are large, and read where they are needed. */
const LIST_APPROVED = `${APPROVED} WHERE e.type NOT IN ('duty-mapping', 'entitlement-list', 'rule-set')${IN_ORDER}`;
const LIST_APPROVED_PERSONS = `${APPROVED} WHERE e.type = 'person'${IN_ORDER}`;

interface ApprovedRow {
  readonly type: string;
  readonly id: string;
  readonly entry: string;
  readonly approved_at: Instant;
  readonly approved_by: string;
  readonly revoked_at: Instant | null;
  readonly reviewed_at: Instant | null;
  readonly reviewed_by: string | null;
  readonly evidenced_at: Instant | null;
  readonly evidenced_by: string | null;
}

/** An approved version, and for how long it was the one in force. */
interface Approved {
  readonly id: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly row: ApprovedRow;
  readonly since: Instant;
  /** its successor's approval, or its revocation */
  readonly until?: Instant;
  readonly isLatest: boolean;
}

/**
 * The registers as they are approved now. A limit or mandate has effect from its approval and while no later version is
 * approved; a correction of a rate or of a person holds for the past too.
 */
export function registersIn(db: ReadDb, context: { readonly asOf: Instant }): Registers {
  const byType = approvedByType(db.all<ApprovedRow>(LIST_APPROVED));
  const of = (type: string): readonly Approved[] => byType.get(type) ?? [];
  const latest = (type: string): readonly Approved[] => of(type).filter((one) => one.isLatest);
  const rates = new Map(latest('exchange-rate').map(rateOf));
  const zones = new Map(
    latest('legal-entity').map(({ id, entry }) => [id, text(entry, 'timeZone') ?? 'UTC']),
  );
  const people = new Map(latest('person').map(({ id, entry }) => [id, entry]));
  return {
    asOf: context.asOf,
    delegations: of('delegation').map(delegation),
    limits: of('authority-limit').map(limit),
    autoApprovals: of('auto-approval').map(autoApproval),
    exceptions: latest('sod-exception').map(exception),
    sessions: latest('emergency-session').map(session),
    entitlements: [],
    timeZoneOf: (entity) => zones.get(entity) ?? 'UTC',
    rateOf: (from, to, date) => rates.get(`${from} ${to} ${date}`),
    payeeOf: payeesOf(latest('payee-group').map(payeeGroup)),
    hasManagers: [...people.values()].some((entry) => text(entry, 'manager') !== undefined),
    managerOf: (person, at) => {
      const entry = people.get(person);
      const span = present({ from: text(entry, 'managerFrom'), to: text(entry, 'managerTo') });
      return entry !== undefined && isInForce(span, at) ? text(entry, 'manager') : undefined;
    },
  };
}

/** The record each person was merged into, as approved. */
export function survivorsIn(db: ReadDb): (person: string) => string {
  const merges = new Map<string, string>();
  const persons = approvedByType(db.all<ApprovedRow>(LIST_APPROVED_PERSONS)).get('person') ?? [];
  for (const { id, entry, isLatest } of persons) {
    const into = text(entry, 'mergedInto');
    if (isLatest && into !== undefined) merges.set(id, into);
  }
  return survivors(merges);
}

function approvedByType(rows: readonly ApprovedRow[]): ReadonlyMap<string, readonly Approved[]> {
  const byType = new Map<string, Approved[]>();
  for (const [i, row] of rows.entries()) {
    const next = rows[i + 1];
    const successor = next?.type === row.type && next.id === row.id ? next : undefined;
    const until = [successor?.approved_at, row.revoked_at ?? undefined]
      .filter((at) => at !== undefined)
      .sort()[0];
    const entry = JSON.parse(row.entry) as Record<string, unknown>;
    const isLatest = successor === undefined && row.revoked_at === null;
    const own = { id: row.id, entry, row, since: row.approved_at, isLatest };
    const known = byType.get(row.type) ?? [];
    byType.set(row.type, [...known, until === undefined ? own : { ...own, until }]);
  }
  return byType;
}

const text = (entry: Readonly<Record<string, unknown>> | undefined, name: string) => {
  const value = entry?.[name];
  return typeof value === 'string' ? value : undefined;
};

const amount = (entry: Readonly<Record<string, unknown>>, name: string): Decimal | undefined => {
  const money = entry[name] as { readonly amount: string } | undefined;
  return money === undefined ? undefined : parseDecimal(money.amount);
};

const later = (a: Instant | undefined, b: Instant): Instant => (a !== undefined && a > b ? a : b);
const earlier = (a?: Instant, b?: Instant): Instant | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;

function rateOf({ entry }: Approved): [string, Decimal] {
  const key = `${text(entry, 'from') ?? ''} ${text(entry, 'to') ?? ''} ${text(entry, 'date') ?? ''}`;
  return [key, parseDecimal(text(entry, 'rate') ?? '')];
}

function limit({ entry, since, until }: Approved): Registers['limits'][number] {
  return present({
    person: text(entry, 'person') ?? '',
    duty: text(entry, 'duty') ?? '',
    limit: amount(entry, 'limit') ?? { unscaled: 0n, scale: 0 },
    entity: text(entry, 'entity'),
    from: text(entry, 'from'),
    to: text(entry, 'to'),
    since,
    until,
  });
}

function delegation(approved: Approved): Registers['delegations'][number] {
  const { id, entry, since, until, row } = approved;
  return present({
    id,
    fromPerson: text(entry, 'principal') ?? '',
    toPerson: text(entry, 'delegate') ?? '',
    duties: entry['duties'] as readonly string[],
    entity: text(entry, 'entity'),
    cap: amount(entry, 'cap'),
    from: later(text(entry, 'from'), since),
    to: row.revoked_at === null ? earlier(text(entry, 'to'), until) : text(entry, 'to'),
    revokedAt: row.revoked_at ?? undefined,
  });
}

function payeeGroup({ entry }: Approved): PayeeGroup {
  const vendors = entry['vendors'] as readonly { readonly entity: string; readonly id: string }[];
  return vendors.map(({ entity, id }) => streamName('supplier', entity, id));
}

function autoApproval({ id, entry, since, until }: Approved): Registers['autoApprovals'][number] {
  return present({
    id,
    duties: entry['duties'] as readonly string[],
    limit: amount(entry, 'limit') ?? { unscaled: 0n, scale: 0 },
    from: later(text(entry, 'from'), since),
    to: earlier(text(entry, 'to'), until),
  });
}

function exception({ id, entry, row }: Approved): Registers['exceptions'][number] {
  const { evidenced_at: at, evidenced_by: by } = row;
  return present({
    id,
    rule: text(entry, 'rule') ?? '',
    person: text(entry, 'person') ?? '',
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    scope: (entry['scope'] ?? {}) as Readonly<Record<string, string>>,
    compensatingControl: text(entry, 'compensatingControl'),
    from: text(entry, 'from'),
    to: text(entry, 'to'),
    controlDueAt: text(entry, 'controlDueAt'),
    controlEvidence: at === null || by === null ? undefined : { at, by },
  });
}

function session({ id, entry, row }: Approved): Registers['sessions'][number] {
  return present({
    id,
    user: text(entry, 'user') ?? '',
    from: text(entry, 'from') ?? '',
    to: text(entry, 'to') ?? '',
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    reviewedBy: row.reviewed_by ?? undefined,
    reviewedAt: row.reviewed_at ?? undefined,
  });
}
