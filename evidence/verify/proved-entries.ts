import { type Entry } from '../../src/kernel/entry';
import { leafHash } from '../../src/kernel/hash';
import { type Finding } from '../../src/sealing/check-report';
import { placeIn, readEntry } from '../../src/sealing/entry-check';
import { refused } from '../../src/sealing/findings';
import { verifyInclusion } from '../../src/sealing/merkle-verify';
import { findOneByteEdit } from '../../src/sealing/one-byte-edit';
import { type Root } from './root';
import { StreamChains } from '../../src/sealing/stream-chains';
import { type Context, count, step } from './context';
import { linesOf } from './lines';
import { type PackFile } from './pack-source';
import { Members, readCanonical } from './strict-object';

/** One entry that is in the log at that index. */
export interface ProvedEntry {
  readonly entry: Entry;
  readonly index: number;
  readonly line: number;
}

interface Line {
  readonly bytes: Buffer;
  readonly proof: Buffer;
  readonly line: number;
}

/**
 * A pair of `entries.jsonl` and `proofs.jsonl`: every entry strict and canonical, in the log at its index, its streams
 * without a gap.
 */
export class ProvedEntries {
  readonly chains = new StreamChains();
  private before = -1;
  private lines = 0;

  constructor(
    private readonly context: Context,
    private readonly entriesFile: string,
    private readonly proofsFile: string,
    /** undefined when no root can be trusted: proofs are then read and not compared */
    private readonly root: Root | undefined,
  ) {}

  /** @param onEntry told of each entry that was read and proved */
  check(onEntry: (proved: ProvedEntry) => void): void {
    const { context, entriesFile, proofsFile } = this;
    step(context, { file: entriesFile }, () => {
      const entries = linesOf(this.file(entriesFile));
      const proofs = linesOf(this.file(proofsFile));
      for (const bytes of entries) {
        this.lines += 1;
        const proof = proofs.next();
        if (proof.done === true) {
          throw refused('pack-incomplete', `${proofsFile} has fewer lines than this file.`);
        }
        this.checkLine({ bytes, proof: proof.value, line: this.lines }, onEntry);
      }
      if (proofs.next().done !== true) {
        throw refused('pack-incomplete', `${proofsFile} has more lines than this file.`);
      }
    });
  }

  get count(): number {
    return this.lines;
  }

  private file(name: string): PackFile {
    const file = this.context.pack.files.get(name);
    if (file === undefined) throw refused('pack-incomplete', `${name} is missing.`);
    return file;
  }

  private checkLine(at: Line, onEntry: (proved: ProvedEntry) => void): void {
    const { context } = this;
    count(context, 'entries');
    context.onProgress?.(1, 'entries');
    const proof = step(context, { file: this.proofsFile, line: at.line }, () =>
      readProof(at.proof),
    );
    const index = proof?.index;
    const place = {
      file: this.entriesFile,
      line: at.line,
      ...(index === undefined ? {} : { index }),
    };
    const read = readEntry(at.bytes);
    if (index !== undefined) this.checkOrder(index, at.line);
    const isProved = proof === undefined || this.isIncluded(proof, at, place);
    if (read.finding !== undefined) {
      const shown = placeIn(at.bytes);
      if (isProved) context.findings.add({ ...shown, ...read.finding, ...place });
      if (shown.stream !== undefined && shown.revision !== undefined) {
        this.chains.unreadable(shown.stream, shown.revision, index ?? -1);
      }
      return;
    }
    const { entry } = read;
    const leaf = isProved ? leafHash(at.bytes) : undefined;
    for (const finding of this.chains.next(entry, leaf, index ?? -1)) {
      context.findings.add({ ...finding, ...place });
    }
    if (isProved && index !== undefined) onEntry({ entry, index, line: at.line });
  }

  private checkOrder(index: number, line: number): void {
    if (index <= this.before) {
      const detail = `Index ${index} does not come after ${this.before}.`;
      this.context.findings.add({
        code: 'proof-malformed',
        file: this.proofsFile,
        line,
        index,
        detail,
      });
    }
    this.before = index;
  }

  private isIncluded(proof: Proof, at: Line, place: Partial<Finding>): boolean {
    const { root, context } = this;
    if (root === undefined) return true;
    const { index, hashes } = proof;
    const { size } = root;
    const holds = (leaf: Uint8Array) =>
      verifyInclusion({ index, size, leaf, root: root.hash, hashes });
    if (hashes.length !== root.pathLength(index)) {
      const detail = `${hashes.length} hashes are not a path of index ${index} at size ${size}.`;
      context.findings.add({ code: 'proof-malformed', ...place, file: this.proofsFile, detail });
      return false;
    }
    if (holds(leafHash(at.bytes))) {
      count(context, 'proofs');
      return true;
    }
    context.searchesLeft -= 1;
    const edit = context.searchesLeft < 0 ? undefined : findOneByteEdit(at.bytes, holds);
    context.findings.add({
      code: edit === undefined ? 'proof-mismatch' : 'leaf-mismatch',
      ...placeIn(at.bytes),
      ...place,
      ...(edit === undefined ? {} : { pointer: edit.pointer }),
      detail:
        edit === undefined
          ? 'The entry and its proof do not lead to the signed root.'
          : `The entry was changed at byte ${edit.offset}; with another byte there it leads to the signed root.`,
    });
    return false;
  }
}

interface Proof {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
}

function readProof(line: Buffer): Proof {
  const finding = 'proof-malformed';
  const proof = new Members(readCanonical(line, finding), '', finding).only('hashes', 'index');
  return { index: proof.natural('index'), hashes: proof.hashes('hashes') };
}
