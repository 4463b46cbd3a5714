import { type Entry, encodeEntry } from '../../src/kernel/entry';
import { hex, leafHash, sha256 } from '../../src/kernel/hash';
import { commandEventId, ledgerNamespace } from '../../src/kernel/ids';
import { signCheckpoint } from '../../src/sealing/checkpoint';
import { foundingEntry } from '../../src/sealing/founding';
import { type HeadsProof } from '../../src/sealing/heads-json';
import { HeadsMap } from '../../src/sealing/heads-map';
import { type LogReader } from '../../src/sealing/log-reader';
import { consistencyProof, inclusionProof, rootOf } from '../../src/sealing/merkle-log';
import { type Signer, signerOf } from '../../src/sealing/signer';
import { tlogProofText } from '../../src/sealing/tlog-proof';

export const SAMPLE_ORIGIN = 'tieout.example/acme';

/** What a test states about an event; the rest is valid and follows from its place. */
export type SampleEvent = Pick<Entry, 'stream' | 'type' | 'occurredAt' | 'data'> & Partial<Entry>;

/** A sealed log in memory: the same entries, leaves, proofs and checkpoints as the real one, without a store. */
export class SampleLog implements LogReader {
  readonly entries: Entry[] = [];
  readonly bytes: Uint8Array[] = [];
  readonly leaves: Uint8Array[] = [];
  readonly signer: Signer;
  private readonly heads = new Map<string, { revision: number; leaf: Uint8Array }>();

  constructor(seed = 'sample-log', origin = SAMPLE_ORIGIN) {
    this.signer = signerOf(origin, sha256(seed));
    const at = '2026-01-01T00:00:00.000Z';
    const recovery = signerOf(`${origin}/recovery`, sha256(`${seed}/recovery`));
    this.add(foundingEntry({ origin, vkey: this.signer.vkey, recoveryVkey: recovery.vkey, at }));
  }

  add(event: SampleEvent): Entry {
    const head = this.heads.get(event.stream);
    const index = this.entries.length;
    const entry: Entry = {
      v: 1,
      revision: (head?.revision ?? -1) + 1,
      contract: 1,
      id: commandEventId(ledgerNamespace(this.signer.name), index),
      recordedAt: event.occurredAt,
      actor: { id: 'per-000000000001', kind: 'person' },
      source: { system: 'erp-de', id: `evt-${index}` },
      ...(head === undefined ? {} : { prev: hex(head.leaf) }),
      ...event,
    };
    const bytes = encodeEntry(entry);
    const leaf = leafHash(bytes);
    this.entries.push(entry);
    this.bytes.push(bytes);
    this.leaves.push(leaf);
    this.heads.set(entry.stream, { revision: entry.revision, leaf });
    return entry;
  }

  /** Commits to the last event of every stream, and proves them under the newest checkpoint. */
  commitHeads(streams: readonly string[]): {
    readonly asOf: number;
    readonly proofs: HeadsProof[];
  } {
    const map = new HeadsMap();
    this.entries.forEach(({ stream, revision }, i) => map.add(stream, revision, this.leaves[i]!));
    const asOf = this.size();
    map.advance(asOf);
    const { size, streams: count, bits, root } = map.state();
    this.add({
      stream: 'ledger-_.heads',
      type: 'ledger.heads-committed',
      occurredAt: this.entries.at(-1)!.recordedAt,
      data: { size, streams: count, bits, root: hex(root) },
    });
    const checkpoint = this.checkpoint().note;
    const hashes = this.inclusionProof(asOf, this.size());
    const proof = tlogProofText({ index: asOf, hashes, checkpoint });
    const entry = this.bytes[asOf]!;
    return {
      asOf,
      proofs: streams.map((stream) => ({ stream, entry, proof, path: map.proofOf(stream) })),
    };
  }

  size(): number {
    return this.leaves.length;
  }

  checkpoint(): ReturnType<LogReader['checkpoint']> {
    return this.checkpointAt(this.size());
  }

  checkpointAt(size: number): ReturnType<LogReader['checkpoint']> {
    return signCheckpoint(this.signer, size, rootOf(this.leaves, 0, size));
  }

  firstCheckpointOf(index: number): ReturnType<LogReader['checkpoint']> {
    return this.checkpointAt(index + 1);
  }

  leaf(index: number): Uint8Array {
    return this.leaves[index]!;
  }

  entryBytes(index: number): Uint8Array {
    return this.bytes[index]!;
  }

  inclusionProof(index: number, size: number): Uint8Array[] {
    return inclusionProof(index, size, this.read);
  }

  consistencyProof(from: number, to: number): Uint8Array[] {
    return consistencyProof(from, to, this.read);
  }

  private readonly read = (level: number, index: number): Uint8Array =>
    rootOf(this.leaves, index * 2 ** level, (index + 1) * 2 ** level);
}
