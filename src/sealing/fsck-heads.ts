import { type ChainTable, UNDO_EVENTS } from './chain-table';
import { type Findings } from './check-report';
import { placeIn } from './entry-check';
import { commitmentIn } from './heads-json';
import { HeadsMap, type HeadsState } from './heads-map';
import { HEADS_STREAM } from './heads-names';

/** Rebuilds the map of the last event of every stream at each size that the log has committed to. */
export class FsckHeads {
  checked = 0;
  private readonly map = new HeadsMap();
  private readonly due: { readonly index: number; readonly entry: Uint8Array }[] = [];
  /** size of the last commitment that was rebuilt */
  private size = 0;

  constructor(
    private readonly table: ChainTable,
    private readonly findings: Findings,
  ) {}

  /** An event of the ledger's own streams; it is judged once the table has come behind it. */
  note(index: number, entry: Uint8Array): void {
    if (placeIn(entry).stream === HEADS_STREAM) this.due.push({ index, entry });
  }

  /** @param reached places that the table has followed. @param isGood false for an entry that was not sealed */
  judge(reached: number, isGood: (index: number, entry: Uint8Array) => boolean): void {
    for (let [next] = this.due; next !== undefined && next.index < reached; [next] = this.due) {
      this.due.shift();
      // What is wrong with a changed entry is said of the entry.
      if (!isGood(next.index, next.entry)) continue;
      const state = commitmentIn(next.entry);
      const place = { index: next.index, ...placeIn(next.entry) };
      if (state !== undefined) this.compare(place, state, reached);
    }
  }

  private compare(place: { index: number }, state: HeadsState, reached: number): void {
    const { size } = state;
    if (size > place.index || size < this.size || reached - size > UNDO_EVENTS) {
      const detail = `It speaks of ${size} events, which are not just before it.`;
      this.findings.add({ code: 'heads-mismatch', ...place, pointer: '/data/size', detail });
      return;
    }
    for (const { stream, revision: last, leaf } of this.table.headsAt(size, {
      reached,
      since: this.size,
    })) {
      this.map.add(stream, last, leaf);
    }
    this.map.advance(this.map.fed);
    this.size = size;
    this.checked += 1;
    const own = this.map.state();
    const isSame = Buffer.compare(own.root, state.root) === 0;
    if (isSame && own.streams === state.streams && own.bits === state.bits) return;
    this.findings.add({
      code: 'heads-mismatch',
      ...place,
      pointer: own.streams === state.streams ? '/data/root' : '/data/streams',
      detail: `The committed map is not that of the last event of every stream below ${size}.`,
      expected: Buffer.from(own.root).toString('hex'),
      actual: Buffer.from(state.root).toString('hex'),
    });
  }
}
