import { type Findings } from './check-report';
import { readEntry } from './entry-check';
import { type CheckedBlock, ODD } from './fsck-block-work';
import { hex } from '../kernel/hash';
import { HeadsMap, type HeadsState } from './heads-map';
import { commitmentOf } from './heads-json';
import { HEADS_STREAM } from './heads-names';

/**
 * Builds the map of stream heads anew while a log goes by, and compares every commitment in it. From the first entry that is
 * not plainly good nothing is compared any more: the map would differ because of that entry, which is a finding itself.
 */
export class FsckHeads {
  /** index of the entry from which on no map can be built */
  private unsureFrom: number | undefined;
  private readonly map = new HeadsMap();

  /** @param checked where commitments that were compared are counted */
  constructor(
    private readonly findings: Findings,
    private readonly checked: { heads?: number },
  ) {}

  /** @param block the one behind the last */
  accept(block: CheckedBlock): void {
    if (this.unsureFrom !== undefined) return;
    const own = new Map(block.own.map(({ index, entry }) => [index, entry]));
    const names = Buffer.from(
      block.streams.buffer,
      block.streams.byteOffset,
      block.streams.byteLength,
    );
    let start = 0;
    for (let i = 0; i < block.count; i += 1) {
      const index = block.first + i;
      if (block.status[i] === ODD) {
        this.unsureFrom = index;
        return;
      }
      const end = block.streamEnds[i] as number;
      const stream = names.toString('latin1', start, end);
      start = end;
      const entry = stream === HEADS_STREAM ? own.get(index) : undefined;
      if (entry !== undefined) this.compare(index, entry);
      const leaf = block.leaves.slice(32 * i, 32 * i + 32);
      this.map.add(stream, block.revisions[i] as number, leaf);
    }
  }

  /** @param note told what was left out */
  end(note: (text: string) => void): void {
    if (this.unsureFrom === undefined) return;
    note(`Heads behind index ${this.unsureFrom} were not compared: its entry is not plainly good.`);
  }

  private compare(index: number, bytes: Uint8Array): void {
    const { entry } = readEntry(bytes);
    if (entry === undefined) return;
    const place = { index, stream: HEADS_STREAM, revision: entry.revision };
    const said = commitmentOf(entry.data);
    const tell = (detail: string, more: object = {}): void =>
      this.findings.add({ code: 'heads-mismatch', ...place, ...more, detail });
    this.checked.heads = (this.checked.heads ?? 0) + 1;
    if (said === undefined) return tell('The event says no size, streams, bits and root.');
    if (said.size > index) return tell(`It speaks of ${said.size} entries at index ${index}.`);
    if (said.size < this.map.size) {
      return tell(`It speaks of ${said.size} entries, an earlier one of ${this.map.size}.`);
    }
    this.map.advance(said.size);
    const due = this.map.state();
    if (isSame(said, due)) return;
    tell(`The committed heads of ${said.size} entries are not those of the entries.`, {
      pointer: '/data/root',
      ...{ expected: hex(due.root), actual: hex(said.root) },
    });
  }
}

const isSame = (a: HeadsState, b: HeadsState): boolean =>
  a.streams === b.streams && a.bits === b.bits && Buffer.compare(a.root, b.root) === 0;
