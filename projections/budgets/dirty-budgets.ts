import { type Cell, type LineKey } from '../../src/controls/budget/budget-line.policy';
import { isInForce, plannedOf } from '../../src/controls/budget/planned.policy';
import {
  convert,
  type Gap,
  type Spending,
  spendingOf,
} from '../../src/controls/budget/spending.policy';
import { type Decimal } from '../../src/kernel/decimal';
import { type ProjectionDb } from '../read-model';
import { Chain } from './chain';
import {
  type Contribution,
  NO_CONTRIBUTION,
  type PendingDocument,
  PendingDocuments,
  type Told,
} from './document-rows';
import { homeOf, type PendingLine, PendingLines, shapesIn } from './line-rows';
import { type PlanName, settlePlan } from './plan-rows';
import { rateIn } from './rates';
import { rehomed } from './rehomed';

const TAKEN_MAX = 16;
/** A budget that comes late may cover every document there is: so many are kept in mind at a time. */
const SETTLED_MAX = 2_000;

const USERS_OF_RATE = `SELECT stream FROM budget_rate_use WHERE rate = :rate`;
const PUT_RATE_USE = `INSERT OR IGNORE INTO budget_rate_use (rate, stream) VALUES (:rate, :stream)`;
/** What a batch touched, and the figures that follow from it. */
export class DirtyBudgets {
  readonly documents: PendingDocuments;
  /** streams of budgets with new events */
  readonly budgets = new Set<string>();
  /** streams of other documents with new events or links */
  readonly spending = new Set<string>();
  /** versions and transfers that were decided about here */
  readonly plans = new Map<string, PlanName>();
  /** exchange rates that were decided about */
  readonly rates = new Set<string>();
  private readonly lines: PendingLines;
  private readonly shapes = new Map<string, readonly string[]>();
  private readonly known = new Map<string, Decimal | undefined>();

  constructor(private readonly db: ProjectionDb) {
    this.documents = new PendingDocuments(db);
    this.lines = new PendingLines(db);
  }

  /** Recomputes from what is stored, so that the order of arrival leaves no trace. */
  settle(): void {
    for (const stream of this.budgets) {
      const budget = this.documents.find(stream);
      if (budget !== undefined) this.settleBudget(budget);
    }
    for (const plan of this.plans.values()) settlePlan(plan, this.db, this.lines);
    const flipped = this.lines.flipped();
    // Homes are looked up in the tables: they must know the budgets of this batch.
    this.lines.save();
    let chain = new Chain(this.documents);
    let settled = 0;
    for (const stream of this.touched(chain, flipped)) {
      const document = this.documents.find(stream);
      if (document !== undefined) this.settleSpending(document, chain);
      settled += 1;
      if (settled % SETTLED_MAX > 0) continue;
      this.documents.saveAndForget();
      chain = new Chain(this.documents);
    }
    this.documents.save();
    this.lines.save();
  }

  private touched(chain: Chain, flipped: readonly LineKey[]): Set<string> {
    const touched = chain.around(this.spending);
    const add = (rows: readonly { readonly stream: string }[]): void =>
      rows.forEach(({ stream }) => touched.add(stream));
    for (const rate of this.rates) add(this.db.all(USERS_OF_RATE, { rate }));
    for (const stream of rehomed(this.db, flipped)) touched.add(stream);
    return touched;
  }

  private settleBudget(budget: PendingDocument): void {
    const { entity, fold } = budget;
    const { costCenter, account, project, period } = fold.dimensions;
    budget.cell = {
      entity,
      costCenter: costCenter?.value ?? '',
      account: account?.value ?? '',
      project: project?.value ?? '',
      period: period?.value ?? '',
    };
    const planned = isInForce(fold) ? plannedOf(fold) : undefined;
    if (planned === undefined) return this.count(budget, NO_CONTRIBUTION);
    const { currency, original, revised, isClosed, steps } = planned;
    const line = this.lines.at({ ...budget.cell, currency });
    // An amount in another currency than the first is not added to it, and the line says that something is left out.
    const isMixed = steps.some(({ effect, amount }) => effect === 'none' && amount !== undefined);
    const gaps: Gap[] = isMixed ? [{ kind: 'mixed_currencies', document: budget.stream }] : [];
    const told = { ...NO_CONTRIBUTION.told, currency, whole: revised.toString(), gaps };
    const stage = isClosed ? 'closed' : 'planned';
    this.count(budget, { line: line.id, stage, minor: revised, original, told });
  }

  private settleSpending(document: PendingDocument, chain: Chain): void {
    const rateOf = (rate: string): Decimal | undefined => this.rateFor(document.stream, rate);
    document.cell = chain.cellOf(document);
    const { amount } = document.fold;
    const spending = spendingOf(chain.of(document), chain.relieving(document), rateOf);
    const isShown = document.fold.wasLive && !document.fold.isElsewhere;
    const line = isShown ? this.lineFor(document.cell, amount?.value.currency) : undefined;
    if (line === undefined) return this.count(document, NO_CONTRIBUTION);
    const gaps: Gap[] = [...spending.gaps];
    let minor = 0n;
    if (amount !== undefined && spending.stage !== 'none') {
      const converted = convert(spending.minor, amount, line.key.currency, rateOf);
      if (typeof converted === 'bigint') minor = converted;
      else gaps.push(converted);
    }
    const told = toldOf(spending, gaps);
    this.count(document, { line: line.id, stage: spending.stage, minor, original: 0n, told });
  }

  /** The budget's line, or where there is no budget a line of its own; without amount only the first. */
  private lineFor(cell: Cell, currency: string | undefined): PendingLine | undefined {
    const home = homeOf(this.db, { cell, currency: currency ?? '' }, this.shapesOf(cell.entity));
    if (home !== undefined) return this.lines.known(home);
    return currency === undefined ? undefined : this.lines.at({ ...cell, currency });
  }

  /** Budgets do not change once the documents of the batch are settled. */
  private shapesOf(entity: string): readonly string[] {
    const known = this.shapes.get(entity) ?? shapesIn(this.db, entity);
    this.shapes.set(entity, known);
    return known;
  }

  private rateFor(stream: string, rate: string): Decimal | undefined {
    this.db.run(PUT_RATE_USE, { rate, stream });
    if (!this.known.has(rate)) this.known.set(rate, rateIn(this.db, rate));
    return this.known.get(rate);
  }

  /** Takes the old contribution off its line and puts the new one on. */
  private count(document: PendingDocument, after: Contribution): void {
    if (document.counted.line !== undefined)
      this.move(this.lines.known(document.counted.line), document.counted, -1);
    if (after.line !== undefined) this.move(this.lines.known(after.line), after, 1);
    document.counted = after;
    document.isChanged = true;
  }

  private move(line: PendingLine, of: Contribution, sign: 1 | -1): void {
    line.gaps += of.told.gaps.length > 0 ? sign : 0;
    if (of.stage === 'planned' || of.stage === 'closed') {
      const planned = { original: of.original, planned: of.minor, isClosed: of.stage === 'closed' };
      return this.lines.plan(line, planned, sign);
    }
    const minor = sign === 1 ? of.minor : -of.minor;
    line.documents += sign;
    if (of.stage !== 'none') line[of.stage] += minor;
  }
}

function toldOf(spending: Spending, gaps: readonly Gap[]): Told {
  const { currency, whole, minor, over, taken } = spending;
  return {
    currency,
    whole: whole.toString(),
    minor: minor.toString(),
    over: over.toString(),
    taken: taken.slice(0, TAKEN_MAX).map((one) => ({ ...one, minor: one.minor.toString() })),
    takenCount: taken.length,
    gaps,
  };
}
