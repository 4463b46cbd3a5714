import { type Pause } from './kernel/runtime';
import { type Config } from './config';
import { type SqliteStore } from './event-store/sqlite';
import {
  checkAgainstMark,
  isSealNotice,
  type LogReader,
  MarkKeeper,
  refuseFoundingBelowMark,
  releasedCheckpoint,
} from './sealing';

/**
 * Halts a ledger that is behind what it released, and keeps the mark outside it from now on. Called before the first
 * append of an opening.
 *
 * @throws TieoutError `configuration`
 */
export function guardByMark(parts: {
  readonly store: SqliteStore;
  readonly log: LogReader;
  readonly config: Config;
  readonly pause: Pause;
}): MarkKeeper {
  const { store, log, pause } = parts;
  const { anchorDir, origin } = parts.config;
  const size = log.size();
  if (size === 0) refuseFoundingBelowMark(anchorDir);
  const { mark, finding } = checkAgainstMark(log, origin, anchorDir);
  if (finding !== undefined) store.halt(finding);
  const keeper = new MarkKeeper({ anchorDir, size: mark?.size ?? 0, pause });
  // What this copy released before, when the mark is older or was removed.
  if (finding === undefined && size > 0) keeper.note({ size, note: () => log.checkpoint().note });
  store.onCommit(({ participant: notice }) => {
    if (!isSealNotice(notice)) return;
    keeper.note({ size: notice.size, note: () => releasedCheckpoint(origin, notice).note });
  });
  return keeper;
}
