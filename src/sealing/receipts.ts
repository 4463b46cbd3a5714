import { type CommitNotice } from '../event-store/sqlite';
import { hex } from '../kernel/hash';
import { CommitProofs } from './commit-proofs';
import { edgeOfBytes } from './frontier';
import { type LogReader } from './log-reader';
import { type Receipt, type ReceiptOf, type Receipts, type SealedProof } from './receipt';
import { isSealNotice, releasedCheckpoint, type SealNotice } from './seal-notice';
import { type SignedCheckpoint } from './signed-checkpoint';
import { tlogProofText } from './tlog-proof';

/** Leaves of recent commits whose proofs are kept at hand: some 8 MiB. */
const LEAVES_KEPT_MAX = 65_536;

interface RecentCommit {
  readonly firstIndex: number;
  readonly count: number;
  /** 32 bytes each */
  readonly leaves: Uint8Array;
  readonly notice: SealNotice;
  /** built when the first proof is asked for */
  proofs?: CommitProofs;
  checkpoint?: SignedCheckpoint;
}

/** Receipts that prefer what the writer just told, and read the log for everything older. */
export interface LedgerReceipts extends Receipts {
  /** Pass every commit notice of the store here, before its appends are answered. */
  onCommit(notice: CommitNotice): void;
}

/** @param reader over the same ledger; also its origin's source of old checkpoints */
export function createReceipts(options: {
  readonly origin: string;
  readonly reader: LogReader;
}): LedgerReceipts {
  return new RecentReceipts(options.origin, options.reader);
}

class RecentReceipts implements LedgerReceipts {
  private recent: RecentCommit[] = [];
  private leavesKept = 0;

  constructor(
    private readonly origin: string,
    private readonly reader: LogReader,
  ) {}

  onCommit({ firstIndex, count, leaves, participant }: CommitNotice): void {
    if (!isSealNotice(participant)) return;
    this.recent.push({ firstIndex, count, leaves, notice: participant });
    this.leavesKept += count;
    let gone = 0;
    while (this.leavesKept > LEAVES_KEPT_MAX && gone < this.recent.length - 1) {
      this.leavesKept -= this.recent[gone]?.count ?? 0;
      gone += 1;
    }
    if (gone > 0) this.recent = this.recent.slice(gone);
  }

  receiptOf(event: ReceiptOf): Receipt {
    const { hashes, checkpoint } = this.proofOf(event.index);
    return {
      receipt: 1,
      ledger: this.origin,
      stream: event.stream,
      revision: event.revision,
      id: event.id,
      type: event.type,
      recordedAt: event.recordedAt,
      leaf: hex(event.leaf),
      position: event.position,
      state: 'sealed',
      index: event.index,
      proof: tlogProofText({ index: event.index, hashes, checkpoint: checkpoint.note }),
    };
  }

  proofOf(index: number): SealedProof {
    const commit = this.recentCommit(index);
    if (commit === undefined) {
      const checkpoint = this.reader.firstCheckpointOf(index);
      return { index, hashes: this.reader.inclusionProof(index, checkpoint.size), checkpoint };
    }
    const { notice } = commit;
    commit.proofs ??= new CommitProofs(
      commit.firstIndex,
      edgeOfBytes(commit.leaves),
      edgeOfBytes(notice.edgeBefore),
    );
    commit.checkpoint ??= releasedCheckpoint(this.origin, notice);
    return { index, hashes: commit.proofs.proofOf(index), checkpoint: commit.checkpoint };
  }

  private recentCommit(index: number): RecentCommit | undefined {
    const oldest = this.recent[0];
    if (oldest === undefined || index < oldest.firstIndex) return undefined;
    let low = 0;
    let high = this.recent.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.recent[middle]?.firstIndex ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const found = this.recent[low];
    return found !== undefined && index < found.firstIndex + found.count ? found : undefined;
  }
}
