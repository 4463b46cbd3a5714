/** The ledger's own objects as sources of a reconciliation. */
export type LedgerSourceId =
  'payments' | 'postings' | 'orders' | 'receipts' | 'invoices' | 'intercompany' | 'states';

/** Objects that are lines, by the source that they are part of. */
const SOURCE_OF: ReadonlyMap<string, LedgerSourceId> = new Map<string, LedgerSourceId>([
  ['payment', 'payments'],
  ['receipt', 'payments'],
  ['journal-entry', 'postings'],
  ['purchase-order', 'orders'],
  ['goods-receipt', 'receipts'],
  ['invoice', 'invoices'],
  ['credit-note', 'invoices'],
  ['customer-invoice', 'invoices'],
  ['intercompany-transaction', 'intercompany'],
]);

/** The source that objects of a type belong to; `undefined` when they are no lines. */
export const ledgerSource = (object: string): LedgerSourceId | undefined => SOURCE_OF.get(object);

export const ledgerObjects = (): readonly string[] => [...SOURCE_OF.keys()];
