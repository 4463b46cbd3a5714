import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, loadConfig } from '../config';
import { type AppendCall } from '../event-store';
import { openReplicaFile, openSqliteReader } from '../event-store/sqlite';
import { storeIdOf } from '../kernel/entry';
import { isTieoutError } from '../kernel/errors';
import {
  type AwaitedCheckpoint,
  createFollower,
  exportedTail,
  type ExportedEvent,
  SqliteLog,
} from '../sealing';
import { UsageError } from './connection';
import { type ExitCode, type Output } from './output';

/** The tail becomes one transaction, which is made in memory. */
const TAIL_BYTES_MAX = 512 * 1024 * 1024;

/**
 * Brings the ledger of a stopped service, such as an older copy that was put back, up to an exported log. Nothing is signed:
 * the events must lead to the root of the export's checkpoint, and its signature must be of the keys that the ledger and its
 * tail name. All of the tail is stored, or nothing.
 *
 * @returns 0 recovered, or nothing was missing; 1 the export does not continue this ledger
 * @throws TieoutError `store-unavailable` while the service runs
 */
export function recoverTail(
  path: string,
  output: Output,
  config = loadConfig(process.env),
): ExitCode {
  const folder = join(config.dataDir, 'ledgers', config.ledger);
  if (!existsSync(join(folder, 'ledger.db')))
    throw new UsageError(`There is no ledger at ${folder}. Put a copy of it there first.`);
  try {
    const { from, size } = recovered(path, folder, config);
    const told = { origin: config.origin, from, size };
    const text =
      size === from
        ? `nothing is missing: the ledger has all ${size} events of the export`
        : `events ${from} to ${size - 1} are back; the ledger has ${size}`;
    output.out(output.json ? JSON.stringify(told) : text);
    return 0;
  } catch (error) {
    if (!isTieoutError(error, 'proof-invalid', 'store-corrupt', 'seal-refused')) throw error;
    output.note(`tieout: ${error.message}`);
    return 1;
  }
}

function recovered(path: string, folder: string, config: Config): { from: number; size: number } {
  const { ledger, origin } = config;
  const awaited: AwaitedCheckpoint = { current: undefined };
  const participant = () => createFollower(origin, awaited);
  const replica = openReplicaFile({ folder, ledger, participant });
  try {
    const from = sizeOf(folder, origin);
    const { checkpoint, events } = exportedTail(path, from);
    if (checkpoint.size <= from) return { from, size: from };
    const appends = appendsOf(events);
    awaited.current = checkpoint;
    replica.commit(appends);
    return { from, size: checkpoint.size };
  } finally {
    replica.close();
  }
}

function sizeOf(folder: string, origin: string): number {
  const reader = openSqliteReader(folder);
  try {
    return new SqliteLog(reader.sql, origin).size();
  } finally {
    reader.close();
  }
}

function appendsOf(events: Iterable<ExportedEvent>): AppendCall[] {
  const appends: AppendCall[] = [];
  let total = 0;
  for (const { entry, bytes } of events) {
    total += bytes.length;
    if (total > TAIL_BYTES_MAX)
      throw new UsageError(
        `What is missing is over ${TAIL_BYTES_MAX} bytes. Put a newer copy of the ledger back first.`,
      );
    const { id, type, stream, revision, prev } = entry;
    appends.push({
      stream,
      expected: revision === 0 ? 'no-stream' : BigInt(revision) - 1n,
      events: [{ id, storeId: storeIdOf(entry), type, entry: bytes }],
      prev: prev === undefined ? undefined : Buffer.from(prev, 'hex'),
    });
  }
  return appends;
}
