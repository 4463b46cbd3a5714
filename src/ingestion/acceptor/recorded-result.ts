import { type Built } from './built-event';
import { type LedgerIndex } from './ledger-index';
import { type Accepted } from './submission';

/** The answer to an event that is stored with just these bytes. @param index its place in the log */
export function recordedResult(
  { draft, revision, recordedAt, encoded, leaf, flags, state }: Built,
  index: number,
  ledgerIndex: LedgerIndex,
): Accepted {
  return {
    result: 'recorded',
    event: {
      stream: draft.entry.stream,
      revision: Number(revision),
      id: encoded.id,
      type: encoded.type,
      recordedAt,
      leaf,
      position: ledgerIndex.positionAt(index),
      index,
    },
    objectState: state.state,
    flags,
    entry: encoded.entry,
  };
}
