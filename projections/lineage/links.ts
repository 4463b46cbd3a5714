import { type ReadDb } from '../read-model';

export type Way = 'up' | 'down' | 'aside';

/** A link as one of its ends sees it. */
export interface Link {
  readonly own: string;
  readonly other: string;
  /** what the named object is to the one that named it */
  readonly role: string;
  /** where the link leads from `own` */
  readonly way: Way;
  /** whether `own` named the other, or was named by it */
  readonly named: boolean;
  readonly at: string;
}

interface LinkRow {
  readonly from_stream: string;
  readonly to_stream: string;
  readonly role: string;
  readonly way: Way;
  readonly at: string;
}

const LIST_LINKS = `
  SELECT from_stream, to_stream, role, way, at
    FROM link
   WHERE from_stream = :stream OR to_stream = :stream
   ORDER BY from_stream, to_stream, role`;

const LIST_LINKS_BELOW = `
  SELECT from_stream, to_stream, role, way, at
    FROM link
   WHERE (from_stream = :stream OR to_stream = :stream) AND idx < :size
   ORDER BY from_stream, to_stream, role`;

/**
 * All links of one object, whoever reported them, in the order of stream names.
 *
 * @param size only those that events below this size of the log reported
 */
export function linksOf(db: ReadDb, stream: string, size?: number): Link[] {
  const rows =
    size === undefined
      ? db.all<LinkRow>(LIST_LINKS, { stream })
      : db.all<LinkRow>(LIST_LINKS_BELOW, { stream, size });
  return rows.map((row) => {
    const { role, at } = row;
    const named = row.from_stream === stream;
    return named
      ? { own: stream, other: row.to_stream, role, way: row.way, named, at }
      : { own: stream, other: row.from_stream, role, way: opposite(row.way), named, at };
  });
}

function opposite(way: Way): Way {
  if (way === 'aside') return 'aside';
  return way === 'up' ? 'down' : 'up';
}
