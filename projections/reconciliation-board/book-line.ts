import { derivedId } from '../../src/reconciliation/matching/ids';

/** What is kept of an object before the next event of it. */
export interface BookLine {
  readonly state: string;
  readonly state_at: string;
  readonly days: string;
  readonly value_date: string | null;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly account: string | null;
  readonly end_to_end_id: string | null;
  readonly counterparty: string | null;
  readonly refs: string;
  readonly fields: string;
}

/** Id of a line of the ledger: of an object, or of a line of its document. */
export const bookLineId = (stream: string, line = ''): string =>
  line === '' ? derivedId('line', 'ledger', stream) : derivedId('line', 'ledger', stream, line);
