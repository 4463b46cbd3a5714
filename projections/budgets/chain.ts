import {
  BUDGET_DIMENSIONS,
  type BudgetDimension,
  type Cell,
} from '../../src/controls/budget/budget-line.policy';
import { type SpendingDocument } from '../../src/controls/budget/spending.policy';
import { type PendingDocument, type PendingDocuments } from './document-rows';

const ORDER_OF_ORIGINS = ['invoice', 'expense-claim', 'purchase-order', 'requisition'];

/** Documents in their chains: what each comes from, what comes from it, and where its amount belongs. */
export class Chain {
  private readonly seen = new Map<string, SpendingDocument>();

  constructor(private readonly documents: PendingDocuments) {}

  /** The document with what it relieves. */
  of(document: PendingDocument): SpendingDocument {
    const { stream, type, fold } = document;
    let known = this.seen.get(stream);
    if (known === undefined) {
      const parents = this.relievedBy(document).map((parent) => this.of(parent));
      this.seen.set(stream, (known = { stream, type, fold, parents }));
    }
    return known;
  }

  /** Documents that take over from this one, ascending by stream name. */
  relieving(document: PendingDocument): SpendingDocument[] {
    const direct = this.documents.childrenOf(document.stream);
    const notes = direct
      .flatMap((child) => this.documents.childrenOf(child))
      .filter((stream) => stream.startsWith('credit_note-'));
    return [...new Set([...direct, ...notes])].sort().flatMap((stream) => {
      const child = this.documents.find(stream);
      if (child === undefined) return [];
      const spending = this.of(child);
      return spending.parents.some((one) => one.stream === document.stream) ? [spending] : [];
    });
  }

  /** Where the amount belongs: what a document does not say of itself, it has from what it comes from. */
  cellOf({ stream, type, entity, fold }: PendingDocument): Cell {
    const origins = this.originsOf(stream);
    const value = (name: BudgetDimension): string | undefined =>
      fold.dimensions[name]?.value ??
      origins.map((origin) => this.cellOf(origin)[name]).find((one) => one !== '');
    const [costCenter = '', account = '', project = ''] = BUDGET_DIMENSIONS.map(value);
    const of = { entity, costCenter, account, project };
    return { ...of, period: fold.dimensions.period?.value ?? this.periodOf(type, fold, origins) };
  }

  /** Everything that comes from these documents, and everything that all of that comes from. */
  around(streams: Iterable<string>): Set<string> {
    const below = reached(streams, (stream) => this.documents.childrenOf(stream));
    return reached(below, (stream) => this.documents.parentsOf(stream));
  }

  /** Without a period of its own: an order is for that of its requisition, others for the month of their booking. */
  private periodOf(
    type: string,
    { firstAt, booked }: PendingDocument['fold'],
    origins: readonly PendingDocument[],
  ): string {
    const [demand] = origins.flatMap(({ fold }) => fold.dimensions.period?.value ?? []);
    if (type === 'purchase-order' && demand !== undefined) return demand;
    return (booked?.at ?? firstAt).slice(0, 7);
  }

  /** Orders of an invoice, or else its requisitions; a credit note gives back to the orders of its invoices. */
  private relievedBy({ stream, type }: PendingDocument): PendingDocument[] {
    const origins = this.originsOf(stream);
    const ofType = (wanted: string) => origins.filter((one) => one.type === wanted);
    const invoices = ofType('invoice');
    if (type === 'credit-note' && invoices.length > 0) {
      const orders = invoices.flatMap((invoice) => this.relievedBy(invoice));
      return byName([...new Map(orders.map((one) => [one.stream, one])).values()]);
    }
    const orders = ofType('purchase-order');
    return byName(orders.length > 0 ? orders : ofType('requisition'));
  }

  private originsOf(stream: string): PendingDocument[] {
    const rank = ({ type }: PendingDocument) => ORDER_OF_ORIGINS.indexOf(type);
    return this.documents
      .parentsOf(stream)
      .flatMap((parent) => this.documents.find(parent) ?? [])
      .sort((a, b) => rank(a) - rank(b) || (a.stream < b.stream ? -1 : 1));
  }
}

const byName = (documents: PendingDocument[]): PendingDocument[] =>
  documents.sort((a, b) => (a.stream < b.stream ? -1 : 1));

function reached(from: Iterable<string>, next: (stream: string) => readonly string[]): Set<string> {
  const all = new Set(from);
  for (const stream of all) for (const one of next(stream)) all.add(one);
  return all;
}
