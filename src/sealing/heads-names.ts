/** Stream of the commitments to the last event of every stream. */
export const HEADS_STREAM = 'ledger-_.heads';
export const HEADS_COMMITTED = 'ledger.heads-committed';
