import { type Sql, toNumber } from '../event-store/sqlite';
import { TieoutError } from '../kernel/errors';
import { leafHash } from '../kernel/hash';
import { type JsonObject } from '../kernel/json';
import { checkpointBody, withLines } from './checkpoint';
import { extendRoot } from './extend-root';
import { edgeOfBytes, Frontier } from './frontier';
import { KEYS_STREAM } from './founding-names';
import { readKeyHistory } from './key-entries';
import { rootOf } from './merkle-log';
import { type SignedCheckpoint } from './signed-checkpoint';
import { type SignerOf } from './signing-keys';

/** An event that would be sealed. */
export interface ProposedLeaf {
  readonly stream: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly bytes: Uint8Array;
  /** SHA-256(0x00 || bytes), as the sequencer counted it */
  readonly leaf: Uint8Array;
}

const LAST = `SELECT size, root FROM checkpoint ORDER BY size DESC LIMIT 1`;
const EDGE = `SELECT size, hashes FROM right_edge`;

/**
 * Signs the checkpoint over a node's own log and the leaves behind it. The root is found by two paths that share no code;
 * the second starts at the last signed root, so nothing is signed that does not continue it.
 *
 * @throws TieoutError `seal-refused` when the paths disagree; `configuration` when the file of a key is not here
 */
export function proposeCheckpoint(
  sql: Sql,
  leaves: readonly ProposedLeaf[],
  { origin, signerOf }: { readonly origin: string; readonly signerOf: SignerOf },
): SignedCheckpoint {
  const last = sql.get<{ size: bigint; root: Uint8Array }>(LAST);
  const stored = sql.get<{ size: bigint; hashes: Uint8Array }>(EDGE);
  const size = toNumber(last?.size ?? 0n);
  const edge = edgeOfBytes(stored?.hashes ?? new Uint8Array());
  if (!same(extendRoot(size, edge, []), last?.root ?? rootOf([]))) {
    throw refused('the stored right edge does not lead to the last signed root');
  }
  const frontier = Frontier.of(size, edge);
  for (const { leaf } of leaves) frontier.append(leaf);
  const root = frontier.root();
  const again = leaves.map(({ bytes }) => leafHash(bytes));
  if (!same(extendRoot(size, edge, again), root)) throw refused('two paths give two roots');
  const body = { origin, size: size + leaves.length, root };
  const message = Buffer.from(checkpointBody(body));
  const lines = keysBehind(sql, size, leaves).map(({ key }) => {
    const signer = signerOf(key.vkey);
    return { keyId: signer.keyId, signature: signer.sign(message) };
  });
  return withLines(body, lines);
}

/** The keys that the log says are in service behind the leaves. */
function keysBehind(sql: Sql, size: number, leaves: readonly ProposedLeaf[]) {
  let history = readKeyHistory(sql);
  for (const [i, { stream, type, data }] of leaves.entries()) {
    if (stream === KEYS_STREAM) history = history.with({ index: size + i, type, data });
  }
  if (history.windows.length === 0) throw refused('the log names no key');
  return history.current;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const refused = (detail: string): TieoutError =>
  new TieoutError('seal-refused', `Nothing was signed: ${detail}.`);
