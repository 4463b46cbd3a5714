import { type Placed } from '../event-store';
import { type EntryIdIndex } from '../event-store/kurrentdb';
import { type Sql, sqlitePositions } from '../event-store/sqlite';

const FIND_ID = `
  SELECT stream.name AS stream, event.revision, event.position
    FROM event JOIN stream ON stream.no = event.stream_no WHERE event.id = :id`;
/** More than one node has unsealed at a time. */
const RECENT_MAX = 65_536;

/** Entry ids of the node's own log, and those of its own appends that are not sealed yet. */
export class NodeIds implements EntryIdIndex {
  private readonly recent = new Map<string, Placed>();

  constructor(private readonly sql: () => Sql) {}

  find(ids: readonly string[]): ReadonlyMap<string, Placed> {
    const found = new Map<string, Placed>();
    for (const id of ids) {
      const placed = this.recent.get(id) ?? this.sealed(id);
      if (placed !== undefined) found.set(id, placed);
    }
    return found;
  }

  note(id: string, placed: Placed): void {
    this.recent.set(id, placed);
    const [oldest] = this.recent.keys();
    if (this.recent.size > RECENT_MAX && oldest !== undefined) this.recent.delete(oldest);
  }

  private sealed(id: string): Placed | undefined {
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    const row = this.sql().get<{ stream: string; revision: bigint; position: bigint }>(FIND_ID, {
      id: bytes,
    });
    return row && { ...row, position: sqlitePositions.at(row.position) };
  }
}
