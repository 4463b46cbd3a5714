/**
 * One row a link that an event reported between two objects; `role` is what the named object is to the one that named
 * it. `way` tells where the link leads from there: `up` to where it came from, `down` to what came of it, `aside` to
 * master data, which belongs to thousands of transactions and leads to none of them. `idx` and `at` are those of the
 * event that reported it first.
 */
export const LINEAGE_SCHEMA = `
  CREATE TABLE link (
    from_stream TEXT NOT NULL,
    to_stream   TEXT NOT NULL,
    role        TEXT NOT NULL,
    way         TEXT NOT NULL CHECK (way IN ('up', 'down', 'aside')),
    idx         INTEGER NOT NULL,
    at          TEXT NOT NULL,
    PRIMARY KEY (from_stream, to_stream, role)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX link_by_target ON link (to_stream);
`;
