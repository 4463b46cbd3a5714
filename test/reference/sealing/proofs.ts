import { hex, leafHash, nodeHash } from '../../../src/kernel/hash';
import { openCheckpoint } from '../../../src/sealing/checkpoint';
import { rootOf } from '../../../src/sealing/merkle-log';
import { verifyConsistency, verifyInclusion } from '../../../src/sealing/merkle-verify';
import { readTlogProof, tlogProofText } from '../../../src/sealing/tlog-proof';
import { readVkey } from '../../../src/sealing/vkey';
import { base64Bytes, check, filesBelow, hexBytes, json, outcome } from './vectors';

interface Inclusion {
  readonly leafIdx: string | number;
  readonly treeSize: string | number;
  readonly root: string | null;
  readonly leafHash: string | null;
  readonly proof: readonly string[] | null;
  readonly desc: string;
  readonly wantErr: boolean;
}

interface Consistency {
  readonly size1: string | number;
  readonly size2: string | number;
  readonly root1: string | null;
  readonly root2: string | null;
  readonly proof: readonly string[] | null;
  readonly desc: string;
  readonly wantErr: boolean;
}

export function checkProofs(): void {
  hashes();
  inclusions();
  consistencies();
  texts();
}

/** A log index is a safe integer here: what is larger is refused before any hash. */
const numberOf = (text: string | number): number => {
  const value = BigInt(text);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.NaN;
};
const bytesOf = (text: string | null): Buffer => base64Bytes(text ?? '');
const proofOf = (proof: readonly string[] | null): Buffer[] => (proof ?? []).map(bytesOf);

function hashes(): void {
  const { vectors } = json<{ vectors: Record<string, string>[] }>('rfc6962_hasher.json');
  for (const vector of vectors) {
    const { op, desc = '', want } = vector;
    const bytes = (name: string) => hexBytes(vector[name] ?? '');
    if (op === 'empty') check(desc, hex(rootOf([])), want);
    if (op === 'leaf') check(desc, hex(leafHash(bytes('data_hex'))), want);
    if (op === 'node') {
      const isRefused = refusesNode(bytes('left_hex'), bytes('right_hex'));
      check(`${desc}: only hashes of 32 bytes make a node`, isRefused, true);
    }
    if (op === 'reject')
      check(desc, hex(leafHash(Buffer.alloc(0))) === vector['bad_leaf_hash_hex'], false);
    const never = vector['must_not_equal'];
    if (never !== undefined)
      check(`${desc} guard`, hex(leafHash(bytes('data_hex'))) === never, false);
  }
}

function refusesNode(left: Buffer, right: Buffer): boolean {
  try {
    nodeHash(left, right);
    return false;
  } catch (error) {
    return error instanceof RangeError;
  }
}

function inclusions(): void {
  const { vectors } = json<{ vectors: Inclusion[] }>('rfc6962_inclusion_proofs.json');
  vectors.forEach(inclusion);
  const again = filesBelow('merkle_rfc6962', 'inclusion');
  for (const file of again) inclusion(json<Inclusion>('merkle_rfc6962', 'inclusion', file));
}

function inclusion(v: Inclusion): void {
  const holds = verifyInclusion({
    index: numberOf(v.leafIdx),
    size: numberOf(v.treeSize),
    leaf: bytesOf(v.leafHash),
    root: bytesOf(v.root),
    hashes: proofOf(v.proof),
  });
  check(`inclusion ${v.leafIdx} of ${v.treeSize}: ${v.desc}`, holds, !v.wantErr);
}

function consistencies(): void {
  const { vectors } = json<{ vectors: Consistency[] }>('rfc6962_consistency_proofs.json');
  vectors.forEach(consistency);
  const again = filesBelow('merkle_rfc6962', 'consistency');
  for (const file of again) consistency(json<Consistency>('merkle_rfc6962', 'consistency', file));
}

function consistency(v: Consistency): void {
  const holds = verifyConsistency({
    from: numberOf(v.size1),
    to: numberOf(v.size2),
    fromRoot: bytesOf(v.root1),
    toRoot: bytesOf(v.root2),
    hashes: proofOf(v.proof),
  });
  // The one good case with roots of 12 bytes: hashes here have 32 bytes or are refused.
  const isShort = bytesOf(v.root1).length !== 32;
  check(`consistency ${v.size1} to ${v.size2}: ${v.desc}`, holds, !v.wantErr && !isShort);
}

function texts(): void {
  const vectors = json<{
    log_vkey: string;
    good: { index: number; entry_utf8: string; tlog_proof: string }[];
    reject: { why: string; proof: string }[];
    marshal: { index: number; hashes_hex: string[]; checkpoint: string; want: string }[];
  }>('tlog_proof.json');
  for (const { index, entry_utf8: entry, tlog_proof: text } of vectors.good) {
    const proof = readTlogProof(text);
    check('index', proof.index, index);
    const { size, root } = openCheckpoint(proof.checkpoint, readVkey(vectors.log_vkey));
    const leaf = leafHash(Buffer.from(entry));
    check(`proof of ${entry}`, verifyInclusion({ ...proof, size, root, leaf }), true);
    check(`text of ${entry}`, tlogProofText(proof), text);
  }
  for (const { why, proof } of vectors.reject)
    check(
      why,
      outcome(() => readTlogProof(proof)),
      'refused',
    );
  for (const { index, hashes_hex: hashes, checkpoint, want } of vectors.marshal) {
    check(
      'written proof',
      tlogProofText({ index, hashes: hashes.map(hexBytes), checkpoint }),
      want,
    );
  }
}
