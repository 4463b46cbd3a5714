import { canonicalJson } from '../../kernel/canonical-json';
import { type Json, type JsonObject } from '../../kernel/json';
import { type RolledItem, type RolledTotal } from '../proofs/roll-forward.policy';

/** A signature as a snapshot keeps it. */
export interface SnapshotSignature {
  readonly level: string;
  readonly by: string;
  readonly byPerson?: string;
  readonly at: string;
  readonly hash: string;
}

/** One reconciliation of a closing. */
export interface SnapshotReconciliation {
  readonly id: string;
  readonly definition: string;
  /** of the statement */
  readonly hash: string;
  readonly signatures: readonly SnapshotSignature[];
  /** the method, when nobody had to sign */
  readonly autoCertified?: string;
  /** the reason, when an approver let it off */
  readonly waived?: string;
  readonly statement: JsonObject;
  /** lines that are open at the cut-off, and what all lines of each side come to */
  readonly open: readonly RolledItem[];
  readonly totals: readonly RolledTotal[];
}

export interface Snapshot {
  readonly entity: string;
  readonly period: string;
  readonly from: string;
  readonly to: string;
  readonly version: number;
  readonly prior?: { readonly period: string; readonly version: number; readonly snapshot: string };
  readonly reconciliations: readonly SnapshotReconciliation[];
  readonly tasks: readonly JsonObject[];
}

/**
 * A closing snapshot as bytes: one RFC 8785 object a line, the period first, then its reconciliations and tasks in order
 * of id. Equal figures, signatures and tasks give equal bytes; their SHA-256 is what is certified and closed.
 */
export function snapshotText({ reconciliations, tasks, ...period }: Snapshot): string {
  const rows: readonly object[] = [
    { kind: 'closing-snapshot', v: 1, ...period },
    ...reconciliations.map((one) => ({
      kind: 'reconciliation',
      ...one,
      open: one.open.map(stored),
      totals: one.totals.map(stored),
    })),
    ...tasks.map((task) => ({ kind: 'task', ...task })),
  ];
  return rows.map((row) => `${canonicalJson(row as unknown as Json)}\n`).join('');
}

/** Minor units as decimal digits: JSON has no integers of any length. */
const stored = (row: object): object =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? value.toString() : (value as unknown),
    ]),
  );

/** Reads a snapshot of ours; its hash is in the ledger. */
export function readSnapshot(bytes: Uint8Array): Snapshot {
  const rows = Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const [period = {}, ...rest] = rows;
  const of = (kind: string) => rest.filter((row) => row.kind === kind);
  return {
    ...(period as unknown as Omit<Snapshot, 'reconciliations' | 'tasks'>),
    reconciliations: of('reconciliation').map(restored),
    tasks: of('task') as JsonObject[],
  };
}

function restored(row: Record<string, unknown>): SnapshotReconciliation {
  const minor = (name: string) =>
    (row[name] as readonly Record<string, string>[]).map((one) =>
      Object.fromEntries(
        Object.entries(one).map(([key, value]) => [
          key,
          key.endsWith('Minor') ? BigInt(value) : value,
        ]),
      ),
    );
  return {
    ...row,
    open: minor('open'),
    totals: minor('totals'),
  } as unknown as SnapshotReconciliation;
}
