import { storeCorrupt } from '../kernel/errors';
import { type Sql, toNumber } from '../event-store/sqlite';
import { checkpointBody } from './checkpoint';
import { CheckpointLines, type CheckpointRow } from './checkpoint-rows';
import { LEDGER_CREATED } from './founding-names';
import { KeyHistory } from './key-history';
import { edgeOfBytes, Frontier } from './frontier';
import { rootOf } from './merkle-log';
import { TILE_WIDTH, TileBuilder } from './tile-builder';
import { readVkey } from './vkey';

/** What a ledger has signed, as its file says, checked on the way in. */
export interface SealedState {
  readonly size: number;
  readonly root: Uint8Array;
  readonly tiles: TileBuilder;
}

const LAST_CHECKPOINT = `
  SELECT size, root, key_id AS keyId, signature FROM checkpoint ORDER BY size DESC LIMIT 1`;
const LAST_POSITION = `SELECT max(position) AS last FROM event`;
const RIGHT_EDGE = `SELECT size, hashes FROM right_edge`;
const LEAVES_AFTER = `SELECT leaf AS hash FROM event WHERE position > :after ORDER BY position`;
const TILE_ROOTS_FROM = `SELECT root AS hash FROM tile WHERE level = :level AND n >= :from ORDER BY n`;

/**
 * Reads the newest checkpoint and the frontier that goes with it. Sealing goes on only from a signed root: its signature,
 * the stored edge, the open tiles and the number of events must agree.
 *
 * @param keys what the log says of its keys: the last checkpoint must carry the line of every key in service
 * @param vkey the key that signs a log without a founding
 * @throws TieoutError `store-corrupt`
 */
export function readSealedState(sql: Sql, keys: KeyHistory, vkey: string): SealedState | undefined {
  const row = sql.get<CheckpointRow>(LAST_CHECKPOINT);
  const last = sql.get<{ last: bigint | null }>(LAST_POSITION)?.last ?? 0n;
  if (row === undefined) {
    if (last !== 0n) throw storeCorrupt(`The ledger has ${last} events and no checkpoint.`);
    return undefined;
  }
  const size = toNumber(row.size);
  checkSignatures(sql, row, keys.windows.length === 0 ? unfounded(vkey) : keys);
  if (last !== row.size) {
    const what = last < row.size ? 'events are missing' : 'events stand behind it';
    throw storeCorrupt(
      `The last checkpoint covers ${size} events, the ledger has ${last}: ${what}.`,
      {
        expected: size,
        found: toNumber(last),
      },
    );
  }
  const edge = readEdge(sql, size);
  const frontier = Frontier.of(size, edge);
  if (!same(frontier.root(), row.root)) {
    throw storeCorrupt('The stored right edge does not lead to the last signed root.');
  }
  const open = readOpenTiles(sql, size);
  const fromTiles = open.toReversed().flatMap(subtrees);
  if (fromTiles.length !== edge.length || !edge.every((h, i) => same(h, fromTiles[i]))) {
    throw storeCorrupt('The stored leaves and tiles do not lead to the last signed root.');
  }
  return { size, root: row.root, tiles: TileBuilder.of(frontier, open) };
}

/** A log whose only key is that of the key file. */
const unfounded = (vkey: string): KeyHistory =>
  KeyHistory.of([
    {
      index: 0,
      type: LEDGER_CREATED,
      data: { origin: readVkey(vkey).name, vkey, recoveryVkey: vkey },
    },
  ]);

function checkSignatures(sql: Sql, row: CheckpointRow, keys: KeyHistory): void {
  const size = toNumber(row.size);
  const body = Buffer.from(checkpointBody({ origin: keys.origin, size, root: row.root }));
  const lines = new CheckpointLines(sql).of(row).map(({ keyId, signature }) => ({
    name: keys.origin,
    keyId: Buffer.from(keyId).toString('hex'),
    signature,
  }));
  const [finding] = keys.check({ size, body, lines, isKept: true }).findings;
  if (finding === undefined) return;
  throw storeCorrupt(
    `The last checkpoint, of ${size} events, is not signed as the log says: ${finding.detail}`,
    { finding: finding.code },
  );
}

function readEdge(sql: Sql, size: number): Uint8Array[] {
  const row = sql.get<{ size: bigint; hashes: Uint8Array }>(RIGHT_EDGE);
  if (row === undefined || row.size !== BigInt(size)) {
    throw storeCorrupt('The stored right edge is not that of the last checkpoint.');
  }
  return edgeOfBytes(row.hashes);
}

/** For each level the hashes behind its last full tile. */
function readOpenTiles(sql: Sql, size: number): Uint8Array[][] {
  const open: Uint8Array[][] = [];
  for (
    let hashes = size, level = 0;
    hashes > 0;
    hashes = Math.floor(hashes / TILE_WIDTH), level += 1
  ) {
    const start = hashes - (hashes % TILE_WIDTH);
    const rows =
      level === 0
        ? sql.all<{ hash: Uint8Array }>(LEAVES_AFTER, { after: start })
        : sql.all<{ hash: Uint8Array }>(TILE_ROOTS_FROM, { level: level - 1, from: start });
    if (rows.length !== hashes - start) {
      throw storeCorrupt(`Level ${level} has ${rows.length} hashes behind its last full tile.`, {
        expected: hashes - start,
        found: rows.length,
      });
    }
    open.push(rows.map((r) => r.hash));
  }
  return open;
}

/** The perfect subtrees over the hashes of one open tile, largest first. */
function subtrees(hashes: readonly Uint8Array[]): Uint8Array[] {
  const nodes: Uint8Array[] = [];
  let start = 0;
  for (let width = TILE_WIDTH / 2; width >= 1; width /= 2) {
    if (hashes.length - start < width) continue;
    nodes.push(rootOf(hashes, start, start + width));
    start += width;
  }
  return nodes;
}

/** Equal bytes; neither side is a secret. */
function same(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}
