import { type AccountMapped } from '../../src/controls/account.events';
import { type Entry, type RelatedObject } from '../../src/kernel/entry';
import { type JsonObject } from '../../src/kernel/json';
import { present } from '../../src/kernel/present';
import { parseStreamName, streamName } from '../../src/kernel/stream-name';
import { type ReadDb } from '../../projections/read-model';
import { type EventInput } from './projection-harness';

/** What matters of one finance event to segregation of duties. */
export interface Did {
  /** stream of the object, such as `purchase_order-E_DE.PO-1` */
  readonly object: string;
  readonly action: string;
  readonly account: string;
  /** minutes after the first of March */
  readonly minute: number;
  readonly id?: string;
  readonly onBehalfOf?: string;
  readonly initiatedBy?: string;
  readonly version?: string;
  readonly amount?: { readonly amount: string; readonly currency: string };
  readonly related?: readonly RelatedObject[];
  readonly causation?: string;
  readonly autoApprovalPolicy?: string;
  readonly emergencySession?: string;
}

const FIRST_OF_MARCH = Date.UTC(2026, 2, 1);

export const minuteOf = (minute: number): string =>
  new Date(FIRST_OF_MARCH + minute * 60_000).toISOString();

/** A valid event id that sorts as its number does. */
export const eventId = (n: number): string =>
  `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;

/** The entry of a finance event. */
export function did(did: Did): EventInput {
  const { object, action, account, minute, onBehalfOf, initiatedBy, version, amount, related } =
    did;
  const { objectType } = parseStreamName(object);
  const entry: Partial<Entry> = {
    occurredAt: minuteOf(minute),
    actor: { id: account, kind: 'person', ...(onBehalfOf === undefined ? {} : { onBehalfOf }) },
    data: {
      transition: { action, to: action },
      ...(initiatedBy === undefined ? {} : { initiatedBy }),
      ...(version === undefined ? {} : { version }),
      ...(amount === undefined ? {} : { amount: { ...amount } }),
      ...(related === undefined ? {} : { related: related.map((one) => ({ ...one })) }),
      ...present({
        autoApprovalPolicy: did.autoApprovalPolicy,
        emergencySession: did.emergencySession,
      }),
    },
    ...(did.id === undefined ? {} : { id: did.id }),
    ...(did.causation === undefined ? {} : { causation: did.causation }),
  };
  return { stream: object, type: `${objectType}.${action}`, ...entry };
}

/** An entry of a register, proposed by one person and approved by another at a minute. */
export function registered(
  type: string,
  id: string,
  { entry, minute, version = 1 }: { entry: JsonObject; minute: number; version?: number },
): EventInput[] {
  const stream = streamName(type, '_', id);
  const at = minuteOf(minute);
  return [
    { stream, type: `${type}.proposed`, data: { version, entry, by: 'admin' } },
    {
      stream,
      type: `${type}.approved`,
      data: { version, at, by: 'controller', byPerson: 'P-CONTROLLER' },
    },
  ];
}

/** A later decision about it: revoked, evidenced or reviewed. */
export function decided(type: string, id: string, verb: string, minute: number): EventInput {
  const data = { version: 1, at: minuteOf(minute), by: 'x', byPerson: 'P-REVIEWER', note: 'seen' };
  return { stream: streamName(type, '_', id), type: `${type}.${verb}`, data };
}

export interface Mapped extends Partial<Omit<AccountMapped, 'mapping'>> {
  readonly account: string;
  readonly mapping?: number;
}

/** A mapping of an account, proposed and approved. */
export function mapped({ account, mapping = 1, ...rest }: Mapped): EventInput[] {
  const stream = `account-_.${account}`;
  const data = {
    mapping,
    kind: 'human',
    validFrom: '2026-01-01T00:00:00.000Z',
    by: 'admin',
    ...rest,
  };
  return [
    { stream, type: 'account.mapped', data },
    { stream, type: 'account.approved', data: { mapping, by: 'controller' } },
  ];
}

export interface StoredFinding {
  readonly id: string;
  readonly rule: string;
  readonly person: string | null;
  readonly status: string;
  readonly kind: string;
  readonly scope: string;
  readonly reasons: readonly string[];
  readonly gaps: unknown;
  /** in order of occurrence, with the side as its letter */
  readonly proofs: readonly {
    readonly event: string;
    readonly type: string;
    readonly side: string;
  }[];
}

const LIST_FINDINGS = `
  SELECT id, rule, person, status, kind, scope, reasons, gaps FROM sod_finding ORDER BY rule, person, scope`;
const LIST_PROOFS = `
  SELECT a.event, a.type, p.side
    FROM sod_proof AS p JOIN sod_act AS a ON a.n = p.n
   WHERE p.finding = :id
   ORDER BY a.at, a.event`;

/** Every finding, by rule and person. */
export function storedFindings(db: ReadDb): StoredFinding[] {
  return db.all<Record<keyof StoredFinding, string>>(LIST_FINDINGS).map((row) => ({
    ...row,
    reasons: JSON.parse(row.reasons) as string[],
    gaps: JSON.parse(row.gaps) as unknown,
    proofs: db
      .all<{ event: string; type: string; side: string }>(LIST_PROOFS, { id: row.id })
      .map(({ side, ...act }) => ({ ...act, side: side[0]!.toUpperCase() })),
  }));
}

/** Findings of the rules that have two sides. */
export function storedPairs(db: ReadDb): StoredFinding[] {
  return storedFindings(db).filter(({ kind }) => kind === 'lineage' || kind === 'relation');
}
