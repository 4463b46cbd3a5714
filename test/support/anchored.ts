import { type LedgerRuntime } from '../../src/ledger-runtime';

export interface Anchored {
  readonly type: 'ledger.anchored';
  readonly data: { readonly kind: 'quorum' | 'timestamp'; readonly size: number };
}

/** The next `ledger.anchored` of that kind: ask before what leads to it. */
export function nextAnchored(
  { store, log }: LedgerRuntime,
  kind: Anchored['data']['kind'],
): Promise<Anchored['data']> {
  return new Promise((resolve) => {
    store.onCommit(({ firstIndex, count }) => {
      for (let index = firstIndex; index < firstIndex + count; index += 1) {
        const entry = JSON.parse(Buffer.from(log.entryBytes(index)).toString('utf8')) as Anchored;
        if (entry.type === 'ledger.anchored' && entry.data.kind === kind) resolve(entry.data);
      }
    });
  });
}
