import { type SideName } from '../../src/reconciliation/matching/line';
import {
  type BreakRow,
  type GroupRow,
  minorOf,
  type ResultRow,
  type TotalRow,
} from '../../src/reconciliation/matching/result-file';
import { type Sides } from '../../src/reconciliation/matching/sides.policy';
import { type RunCommitted } from '../../src/reconciliation/runs/matching.events';
import { type ProjectionDb } from '../read-model';
import { linesById } from './lines.view';

const FORGET_LATER_ITEMS = `DELETE FROM open_item WHERE definition = :definition AND since >= :cutoff`;
const REOPEN_ITEMS = `UPDATE open_item SET until = NULL WHERE definition = :definition AND until >= :cutoff`;
const FORGET_LATER_GROUPS = `DELETE FROM uneven_group WHERE definition = :definition AND since >= :cutoff`;
const REOPEN_GROUPS = `UPDATE uneven_group SET until = NULL WHERE definition = :definition AND until >= :cutoff`;
const FORGET_TOTALS = `DELETE FROM side_total WHERE definition = :definition AND cutoff >= :cutoff`;

const KEEP_ITEM = `
  UPDATE open_item SET last_run = :run
   WHERE definition = :definition AND line = :line AND until IS NULL AND side = :side AND amount_minor = :amountMinor`;
const END_ITEM = `
  UPDATE open_item SET until = :cutoff WHERE definition = :definition AND line = :line AND until IS NULL`;
/** The same line with another amount is another open item. */
const END_OTHER_ITEM = `${END_ITEM} AND (side <> :side OR amount_minor <> :amountMinor) AND last_run <> :run`;
const ADD_ITEM = `
  INSERT INTO open_item (definition, line, since, side, currency, amount_minor, last_run)
  SELECT :definition, :line, :cutoff, :side, :currency, :amountMinor, :run
   WHERE NOT EXISTS (SELECT 1 FROM open_item WHERE definition = :definition AND line = :line AND until IS NULL)`;
const IS_MATCHED = `
  SELECT 1 FROM allocation WHERE definition = :definition AND line = :line AND live = 1`;
const END_GONE_ITEMS = `
  UPDATE open_item SET until = :cutoff WHERE definition = :definition AND until IS NULL AND last_run <> :run`;

const KEEP_GROUP = `
  UPDATE uneven_group SET last_run = :run WHERE definition = :definition AND id = :id AND until IS NULL`;
const ADD_GROUP = `
  INSERT INTO uneven_group (definition, id, since, currency, received_a, paid_a, received_b, paid_b, last_run)
  SELECT :definition, :id, :cutoff, :currency, :receivedA, :paidA, :receivedB, :paidB, :run
   WHERE NOT EXISTS (SELECT 1 FROM uneven_group WHERE definition = :definition AND id = :id AND until IS NULL)`;
const END_GONE_GROUPS = `
  UPDATE uneven_group SET until = :cutoff WHERE definition = :definition AND until IS NULL AND last_run <> :run`;

const SAVE_TOTAL = `
  INSERT INTO side_total (definition, cutoff, side, currency, amount, allocated, received, paid, run)
  VALUES (:definition, :cutoff, :side, :currency, :amount, :allocated, :received, :paid, :run)`;

interface Flow {
  received: bigint;
  paid: bigint;
}

interface OpenLine {
  readonly line: string;
  readonly side: SideName;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** Lines of many breaks are looked up together. */
const LOOKED_UP = 500;

/**
 * Takes a run's result apart into where the definition stands at its cut-off: what is open line by line, what each side
 * received and paid, and the groups whose sides differ.
 */
export class PositionWriter {
  readonly #flows = new Map<string, Flow>();
  readonly #totals: TotalRow[] = [];
  readonly #pending: { readonly line: string; readonly currency: string }[] = [];
  readonly #seen = new Set<string>();

  constructor(
    private readonly db: ProjectionDb,
    private readonly run: RunCommitted,
    private readonly sides: Sides | undefined,
  ) {
    const at = { definition: run.definition, cutoff: run.cutoff };
    for (const sql of [FORGET_LATER_ITEMS, REOPEN_ITEMS, FORGET_LATER_GROUPS, REOPEN_GROUPS])
      db.run(sql, at);
    db.run(FORGET_TOTALS, at);
  }

  add(row: ResultRow): void {
    if (row.kind === 'group') this.#addGroup(row);
    else if (row.kind === 'break') this.#addBreak(row as BreakRow);
    else if (row.kind === 'total' && 'side' in row) this.#totals.push(row);
  }

  /** What the run did not name any more ends with it. */
  finish(): void {
    this.#lookUp();
    const at = { definition: this.run.definition, cutoff: this.run.cutoff, run: this.run.run };
    this.db.run(END_GONE_ITEMS, at);
    this.db.run(END_GONE_GROUPS, at);
    for (const total of this.#totals) {
      const [side, currency] = [String(total['side']), String(total['currency'])];
      const { received, paid } = this.#flowOf(side, currency);
      this.db.run(SAVE_TOTAL, {
        ...{ ...at, side, currency },
        amount: minorOf(String(total['amount'])).toString(),
        allocated: minorOf(String(total['allocated'])).toString(),
        ...{ received: received.toString(), paid: paid.toString() },
      });
    }
  }

  #addGroup({ id, currency, members }: GroupRow): void {
    const flows = { A: { received: 0n, paid: 0n }, B: { received: 0n, paid: 0n } };
    for (const { side, allocated } of members) {
      const minor = minorOf(allocated);
      flow(this.#flowOf(side, currency), minor);
      if (side !== 'C') flow(flows[side], minor);
    }
    const { A: a, B: b } = flows;
    if (a.received === b.received && a.paid === b.paid) return;
    const { definition, cutoff, run } = this.run;
    this.db.run(KEEP_GROUP, { definition, id, run });
    this.db.run(ADD_GROUP, {
      ...{ definition, id, cutoff, run, currency },
      ...{ receivedA: a.received.toString(), paidA: a.paid.toString() },
      ...{ receivedB: b.received.toString(), paidB: b.paid.toString() },
    });
  }

  #addBreak({ lines, currency, a, b, countA, countB }: BreakRow): void {
    const [line] = lines;
    if (lines.length === 1 && line !== undefined && countA + countB === 1) {
      const side = countA === 1 ? 'A' : 'B';
      const amountMinor = minorOf(side === 'A' ? a : b);
      return this.#addItem({ line, side, currency, amountMinor });
    }
    for (const each of lines) this.#pending.push({ line: each, currency });
    if (this.#pending.length >= LOOKED_UP) this.#lookUp();
  }

  #lookUp(): void {
    const ids = this.#pending.splice(0).map(({ line }) => line);
    if (ids.length === 0) return;
    for (const { id, side, amount } of linesById(this.db, ids, this.sides).values())
      this.#addItem({
        ...{ line: id, side, currency: amount.currency },
        amountMinor: minorOf(amount.amount),
      });
  }

  #addItem({ line, side, currency, amountMinor }: OpenLine): void {
    const { definition } = this.run;
    if (this.#seen.has(line)) return;
    this.#seen.add(line);
    // A kind may find fault with lines that are matched all the same: these are not open.
    if (this.db.get(IS_MATCHED, { definition, line }) !== undefined) return;
    flow(this.#flowOf(side, currency), amountMinor);
    const { cutoff, run } = this.run;
    const item = { definition, line, side, amountMinor, run };
    this.db.run(KEEP_ITEM, item);
    this.db.run(END_OTHER_ITEM, { ...item, cutoff });
    this.db.run(ADD_ITEM, { ...item, cutoff, currency });
  }

  #flowOf(side: string, currency: string): Flow {
    const key = `${side}/${currency}`;
    const found = this.#flows.get(key) ?? { received: 0n, paid: 0n };
    this.#flows.set(key, found);
    return found;
  }
}

function flow(into: Flow, minor: bigint): void {
  if (minor >= 0n) into.received += minor;
  else into.paid -= minor;
}
