import { revisionConflict, type TieoutError } from '../../kernel/errors';
import { actualRevision, placementOf } from '../placement';
import { type PackedAppend, type PackedEvent } from './append-packet';
import { type Sql } from './sql';

/** The answer to one append. */
export type Outcome =
  | { readonly ok: true; readonly revision: bigint; readonly sequence: bigint }
  | { readonly ok: false; readonly error: TieoutError };

/** An append that will be inserted, with the stream it goes to. */
export interface Accepted {
  readonly append: PackedAppend;
  readonly index: number;
  readonly stream: StreamView;
}

/** A stream as this transaction sees it: what is stored, and what earlier appends of the group will store. */
export interface StreamView {
  /** undefined until the stream's row is inserted */
  no: bigint | undefined;
  readonly name: string;
  readonly storedLast: bigint;
  /** of the last stored event */
  readonly storedLeaf: Buffer | undefined;
  readonly pending: PackedEvent[];
}

const READ_STREAM_END = `
  SELECT stream.no, event.revision AS last, event.leaf
    FROM stream LEFT JOIN event ON event.stream_no = stream.no
   WHERE stream.name = :name
   ORDER BY event.revision DESC
   LIMIT 1`;

interface StreamEndRow {
  readonly no: bigint;
  readonly last: bigint | null;
  readonly leaf: Buffer | null;
}

const READ_PLACE = `
  SELECT position, store_id AS storeId
    FROM event
   WHERE stream_no = :no AND revision = :revision`;

const HAS_ID = `SELECT 1 FROM event WHERE id = :id`;

interface PlaceRow {
  readonly position: bigint;
  readonly storeId: Buffer;
}

/**
 * Decides each append of a group by what is stored and by the appends before it, as if they came one after the other.
 * Reads only.
 */
export class Group {
  readonly accepted: Accepted[] = [];
  readonly outcomes: (Outcome | undefined)[] = [];
  /** repeats of appends of this same group: answered after those are stored */
  readonly repeats: Accepted[] = [];
  private readonly streams = new Map<string, StreamView>();
  private readonly pendingIds = new Set<string>();

  /**
   * @param checkIds looks each entry id up before it is accepted; without it the unique index finds a taken id, and the
   *   group is done again with it
   */
  constructor(
    private readonly sql: Sql,
    private readonly checkIds: boolean,
  ) {}

  add(append: PackedAppend): void {
    const index = this.outcomes.length;
    const stream = this.view(append.stream);
    const last = stream.storedLast + BigInt(stream.pending.length);
    const expected = append.start === 0n ? 'no-stream' : append.start - 1n;
    const placement = placementOf(expected, append.events.length, {
      last,
      isStored: (revision, i) =>
        isSame(this.storeIdAt(stream, revision), append.events[i]?.storeId),
    });
    this.outcomes.push(undefined);
    if (placement === 'repeat') {
      this.repeats.push({ append, index, stream });
    } else if (
      placement === 'conflict' ||
      !follows(append, stream) ||
      (this.checkIds && this.hasTakenId(append))
    ) {
      const error = revisionConflict(append.stream, expected, actualRevision(last));
      this.outcomes[index] = { ok: false, error };
    } else {
      this.accept({ append, index, stream });
    }
  }

  private accept(accepted: Accepted): void {
    this.accepted.push(accepted);
    accepted.stream.pending.push(...accepted.append.events);
    if (!this.checkIds) return;
    for (const { id } of accepted.append.events) this.pendingIds.add(id.toString('latin1'));
  }

  private hasTakenId({ events }: PackedAppend): boolean {
    return events.some(
      ({ id }) =>
        this.pendingIds.has(id.toString('latin1')) || this.sql.get(HAS_ID, { id }) !== undefined,
    );
  }

  private view(name: string): StreamView {
    let view = this.streams.get(name);
    if (view === undefined) {
      const row = this.sql.get<StreamEndRow>(READ_STREAM_END, { name });
      view = {
        no: row?.no,
        name,
        storedLast: row?.last ?? -1n,
        storedLeaf: row?.leaf ?? undefined,
        pending: [],
      };
      this.streams.set(name, view);
    }
    return view;
  }

  private storeIdAt({ no, storedLast, pending }: StreamView, revision: bigint) {
    if (revision > storedLast) return pending[Number(revision - storedLast) - 1]?.storeId;
    return readPlace(this.sql, no, revision)?.storeId;
  }
}

/** An entry names its predecessor, so one that was made after another event than the stored one has no place here. */
function follows({ prev }: PackedAppend, { pending, storedLeaf }: StreamView): boolean {
  return prev === undefined || isSame(prev, pending.at(-1)?.leaf ?? storedLeaf);
}

const isSame = (a: Buffer | undefined, b: Buffer | undefined): boolean =>
  a !== undefined && b !== undefined && a.equals(b);

/** Answers a repeat once its events are stored. */
export function answerRepeat(sql: Sql, { append, stream }: Accepted): Outcome {
  const revision = append.start + BigInt(append.events.length) - 1n;
  const place = readPlace(sql, stream.no, revision);
  if (place === undefined) throw new Error(`${append.stream} has no revision ${revision}`);
  return { ok: true, revision, sequence: place.position };
}

const readPlace = (sql: Sql, no: bigint | undefined, revision: bigint): PlaceRow | undefined =>
  no === undefined ? undefined : sql.get<PlaceRow>(READ_PLACE, { no, revision });
