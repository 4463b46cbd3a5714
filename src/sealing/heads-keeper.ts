import { storeCorrupt } from '../kernel/errors';
import { hex } from '../kernel/hash';
import { type Sql, toNumber } from '../event-store/sqlite';
import { HeadsMap, type HeadsPath, type HeadsState } from './heads-map';
import { HEADS_STREAM } from './heads-names';

/** Events of these streams alone are no reason to commit: an idle log stays still. */
const QUIET: ReadonlySet<string> = new Set([HEADS_STREAM, 'ledger-_.anchors']);
const PAGE_ROWS = 1_000;

const HEADS_AFTER = `
  SELECT stream.name AS stream, event.revision, event.leaf
    FROM event JOIN stream ON stream.no = event.stream_no
   WHERE event.position > :after AND event.position <= :size
   ORDER BY event.position
   LIMIT :limit`;

interface HeadRow {
  readonly stream: string;
  readonly revision: bigint;
  readonly leaf: Uint8Array;
}

/** The map at a size, and whether anything worth committing happened since the size before. */
export interface HeadsAt {
  readonly state: HeadsState;
  readonly isChanged: boolean;
}

/** Keeps the map of a store's log, from its rows. */
export class HeadsKeeper {
  private readonly map = new HeadsMap();
  private lastLoud = -1;

  /** @param committed what the log's last heads event says */
  constructor(
    private readonly sql: Sql,
    private readonly committed: HeadsState | undefined,
  ) {}

  /**
   * Reads one page of the log.
   *
   * @returns false when the map has seen `size` entries
   * @throws TieoutError `store-corrupt` when the last committed map is not that of the entries
   */
  read(size: number): boolean {
    if (this.map.fed >= size) return false;
    const after = this.map.fed;
    const rows = this.sql.all<HeadRow>(HEADS_AFTER, { after, size, limit: PAGE_ROWS });
    if (rows.length === 0) throw storeCorrupt(`Event ${after + 1} of ${size} is missing.`);
    const before = this.committed?.size ?? 0;
    for (const { stream, revision, leaf } of rows) {
      if (!QUIET.has(stream)) this.lastLoud = this.map.fed;
      this.map.add(stream, toNumber(revision), leaf);
    }
    if (this.map.size < before) {
      this.map.advance(Math.min(this.map.fed, before));
      if (this.map.size === before) this.compare();
    }
    return this.map.fed < size;
  }

  /** Lets the map cover `size` entries, or more when it did already. */
  at(size: number): HeadsAt {
    while (this.read(size));
    const isChanged = this.lastLoud >= this.map.size;
    if (isChanged) this.map.advance(Math.max(size, this.map.size));
    return { state: this.map.state(), isChanged };
  }

  /** Paths in the map as it is; undefined when it is not at that size. */
  paths(size: number, streams: readonly string[]): HeadsPath[] | undefined {
    while (this.map.size < size && this.read(size));
    if (this.map.size !== size) return undefined;
    return streams.map((stream) => this.map.proofOf(stream));
  }

  private compare(): void {
    const { committed } = this;
    const { root, size } = this.map.state();
    if (committed === undefined || hex(root) === hex(committed.root)) return;
    throw storeCorrupt(`The committed heads of ${size} entries are not those of the entries.`, {
      expected: hex(root),
      found: hex(committed.root),
    });
  }
}
