/** Stream of the ledger's own keys; its first event is index 0 of the log. */
export const KEYS_STREAM = 'ledger-_.keys';
/** Type of index 0: it commits every root to the log's own name. */
export const LEDGER_CREATED = 'ledger.created';
