import { leafHash } from '../../kernel/hash';
import { type LedgerStore } from '../../event-store';
import { type Built } from './built-event';
import { type RecentLeaves } from './recent-leaves';

/** What was stored where an append went: what the writer just told, else what can be read. */
export class StoredLeaves {
  constructor(
    private readonly recent: Pick<RecentLeaves, 'holds'>,
    private readonly store: Pick<LedgerStore, 'readStream'>,
  ) {}

  /**
   * Whether the bytes of an append are the stored ones. Success can also mean that another attempt with the same content
   * was first; then its bytes are the ones that count.
   *
   * @param firstIndex place of its first event in the log
   * @returns at once when the commit is a recent one
   */
  hold(append: readonly Built[], firstIndex: number): boolean | Promise<boolean> {
    for (const [i, { leaf }] of append.entries()) {
      const isStored = this.recent.holds(firstIndex + i, leaf);
      if (isStored === undefined) return this.read(append);
      if (!isStored) return false;
    }
    return true;
  }

  private async read(append: readonly Built[]): Promise<boolean> {
    const [first] = append;
    if (first === undefined) return true;
    const { stream } = first.draft.entry;
    let at = 0;
    for await (const { entry } of this.store.readStream(stream, first.revision, append.length)) {
      if (Buffer.compare(leafHash(entry), append[at]?.leaf ?? entry) !== 0) return false;
      at += 1;
    }
    return at === append.length;
  }
}
