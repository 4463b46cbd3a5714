import { canonicalBytes } from '../kernel/canonical-json';
import { isTieoutError } from '../kernel/errors';
import { leafHash } from '../kernel/hash';
import { isJsonObject, type Json, type JsonObject } from '../kernel/json';
import { parseStrictJson } from '../kernel/strict-json';
import { base64, fromBase64 } from './base64';
import { readCheckpoint } from './checkpoint';
import { readEntry } from './entry-check';
import { refused } from './findings';
import { type HeadsPath, type HeadsState } from './heads-map';
import { HEADS_COMMITTED, HEADS_STREAM } from './heads-names';
import { checkDepth, verifyHeadsPath } from './heads-proof';
import { type StreamHead } from './heads-record';
import { verifyInclusion } from './merkle-verify';
import { readTlogProof } from './tlog-proof';

/** `.heads.json`: what shows which event of a stream was the last one, or that there was none. */
export interface HeadsProof {
  readonly stream: string;
  /** the stored bytes of an event `ledger.heads-committed` */
  readonly entry: Uint8Array;
  /** its `.tlog-proof` */
  readonly proof: string;
  readonly path: HeadsPath;
}

/** What a verified proof says. */
export interface ProvedHead {
  readonly stream: string;
  /** it speaks of the leaves [0, size) */
  readonly size: number;
  /** undefined: the stream had no event there */
  readonly head: StreamHead | undefined;
}

const MEMBERS = ['bucket', 'data', 'entry', 'hashes', 'proof', 'stream', 'v'];
const HASHES_MAX = 32;

export function headsProofJson({ stream, entry, proof, path }: HeadsProof): JsonObject {
  return {
    v: 1,
    stream,
    entry: base64(entry),
    proof,
    bucket: path.bucket,
    data: base64(path.data),
    hashes: path.hashes.map(base64),
  };
}

/** The text of a proof: canonical JSON (RFC 8785) and a line feed. */
export const headsProofText = (proof: HeadsProof): string =>
  `${Buffer.from(canonicalBytes(headsProofJson(proof))).toString('utf8')}\n`;

/**
 * Reads a proof; nothing in it is verified yet.
 *
 * @throws TieoutError `proof-invalid`, finding `proof-malformed`
 */
export function readHeadsProof(bytes: Uint8Array): HeadsProof {
  try {
    return headsProofOf(parseStrictJson(bytes));
  } catch (error) {
    if (!isTieoutError(error) || error.code === 'proof-invalid') throw error;
    throw malformed(`It is not strict JSON (${error.code}).`);
  }
}

/** As `readHeadsProof`, of JSON that was read already. */
export function headsProofOf(value: Json): HeadsProof {
  if (!isJsonObject(value) || Object.keys(value).sort().join() !== MEMBERS.join()) {
    throw malformed(`A heads proof has exactly ${MEMBERS.join(', ')}.`);
  }
  const { v, stream, proof, bucket, hashes } = value;
  if (v !== 1 || typeof stream !== 'string' || typeof proof !== 'string') throw unreadable();
  if (typeof bucket !== 'number' || !Number.isSafeInteger(bucket) || bucket < 0) throw unreadable();
  if (!Array.isArray(hashes) || hashes.length > HASHES_MAX) throw unreadable();
  const path = { bucket, data: bytesOf(value['data']), hashes: hashes.map(bytesOf) };
  return { stream, entry: bytesOf(value['entry']), proof, path };
}

/**
 * Verifies a proof down to a signed root: the heads event is in the log, and its map answers for the stream.
 *
 * @param log size and root of a verified checkpoint; the one inside the proof must be of the same size and root
 * @throws TieoutError `proof-invalid`: `proof-malformed` or `proof-mismatch`
 */
export function verifyHeadsProof(
  { stream, entry, proof, path }: HeadsProof,
  log: { readonly size: number; readonly root: Uint8Array },
): ProvedHead {
  const { index, hashes, checkpoint } = readTlogProof(proof);
  const named = readCheckpoint(checkpoint);
  if (named.size !== log.size || Buffer.compare(named.root, log.root) !== 0) {
    throw mismatch('The proof is against another checkpoint.');
  }
  if (!verifyInclusion({ index, ...log, leaf: leafHash(entry), hashes })) {
    throw mismatch('The heads event and its proof do not lead to the signed root.');
  }
  const committed = commitmentIn(entry);
  if (committed === undefined) throw malformed('The entry is no heads event.');
  if (committed.size > index) {
    throw malformed('A heads event speaks of entries before its own index only.');
  }
  checkDepth(committed);
  return { stream, size: committed.size, head: verifyHeadsPath(committed, stream, path) };
}

/** What a heads event says; undefined for an entry that is none. */
export function commitmentIn(bytes: Uint8Array): HeadsState | undefined {
  const { entry } = readEntry(bytes);
  if (entry?.stream !== HEADS_STREAM || entry.type !== HEADS_COMMITTED) return undefined;
  return commitmentOf(entry.data);
}

/** The `data` of a heads event; undefined when it is not as the format says. */
export function commitmentOf(data: JsonObject): HeadsState | undefined {
  const { size, streams, bits, root } = data;
  if (Object.keys(data).length !== 4 || typeof root !== 'string') return undefined;
  if (!isNatural(size) || !isNatural(streams) || !isNatural(bits)) return undefined;
  if (!/^[0-9a-f]{64}$/u.test(root)) return undefined;
  return { size, streams, bits, root: Buffer.from(root, 'hex') };
}

const isNatural = (value: Json | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function bytesOf(value: Json | undefined): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
  if (bytes === undefined) throw unreadable();
  return bytes;
}

const malformed = (detail: string) => refused('proof-malformed', detail);
const mismatch = (detail: string) => refused('proof-mismatch', detail);
const unreadable = () => malformed('A member of the heads proof is not as the format says.');
