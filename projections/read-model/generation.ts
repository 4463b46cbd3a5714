import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ModelFile } from './database';
import { type Projection } from './projection';

/** Raise it when the reading of entries changes what projections see. */
const CODEC_VERSION = 1;

const CREATE_CHECKPOINT = `
  CREATE TABLE IF NOT EXISTS checkpoint (
    only        INTEGER PRIMARY KEY CHECK (only = 1),
    generation  TEXT NOT NULL,
    complete    INTEGER NOT NULL,
    position    TEXT,
    events      INTEGER NOT NULL,
    saved_at    TEXT NOT NULL,
    event_position TEXT,
    stream      TEXT,
    revision    INTEGER,
    event_id    TEXT,
    leaf        BLOB,
    recorded_at TEXT
  ) STRICT`;

const READ_COMPLETE = `SELECT complete FROM checkpoint WHERE only = 1`;

/** 16 hex digits of the SHA-256 over all names and versions: other rows, other name. */
export function generationHash(projections: readonly Projection[]): string {
  const parts = projections.map(({ name, version }) => `${name} ${version}`).sort();
  const text = [`codec ${CODEC_VERSION}`, ...parts].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** A file `<hash>.<n>.db`: the n-th build of the rows that this set of projections makes. */
export interface Generation {
  readonly name: string;
  readonly number: number;
  readonly path: string;
}

const FILE = /^([0-9a-f]{16})\.(\d{1,9})\.db$/;

function generation(folder: string, hash: string, number: number): Generation {
  const name = `${hash}.${number}`;
  return { name, number, path: join(folder, `${name}.db`) };
}

/** The builds of these projections in the folder, oldest first. */
function generationsOf(folder: string, hash: string): Generation[] {
  return readdirSync(folder)
    .map((file) => FILE.exec(file))
    .filter((match) => match !== null && match[1] === hash)
    .map((match) => generation(folder, hash, Number(match?.[2])))
    .sort((a, b) => a.number - b.number);
}

/**
 * The build to serve: the newest that was finished, or, if none was, the oldest one begun, which is continued. All other
 * files are removed, builds of other projection versions too: their rows would not be what today's views expect.
 */
export function chooseGeneration(folder: string, projections: readonly Projection[]): Generation {
  mkdirSync(folder, { recursive: true });
  const hash = generationHash(projections);
  const mine = generationsOf(folder, hash);
  const chosen = mine.findLast(isComplete) ?? mine[0] ?? generation(folder, hash, 1);
  for (const file of readdirSync(folder)) {
    if (/\.db(-wal|-shm)?$/.test(file) && !file.startsWith(`${chosen.name}.db`)) {
      rmSync(join(folder, file));
    }
  }
  return chosen;
}

/** A fresh name for a build beside the ones that are there. */
export function nextGeneration(folder: string, projections: readonly Projection[]): Generation {
  const hash = generationHash(projections);
  const last = generationsOf(folder, hash).at(-1);
  return generation(folder, hash, (last?.number ?? 0) + 1);
}

/** Opens the file for writing and creates what is missing in it. */
export function openGeneration(path: string, projections: readonly Projection[]): ModelFile {
  const file = ModelFile.openWriter(path);
  const isNew = file.get(`SELECT 1 FROM sqlite_master WHERE name = 'checkpoint'`) === undefined;
  if (isNew) {
    // One transaction: a crash here leaves an empty file that the next start fills, never half a schema.
    file.write(() => {
      file.exec(CREATE_CHECKPOINT);
      for (const { schema } of projections) file.exec(schema);
    });
  }
  return file;
}

function isComplete({ path }: Generation): boolean {
  const file = ModelFile.openWriter(path);
  try {
    const hasTable =
      file.get(`SELECT 1 FROM sqlite_master WHERE name = 'checkpoint'`) !== undefined;
    return hasTable && file.get<{ complete: bigint }>(READ_COMPLETE)?.complete === 1n;
  } finally {
    file.close();
  }
}
