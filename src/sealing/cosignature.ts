import { type Note, type NoteLine, noteLine } from './note';
import { type Policy } from './policy-file';
import { type Signer } from './signer';
import { readVkey, type VerifierKey, vkeyText, WITNESS_KEY } from './vkey';

/** Bytes of a cosignature behind the key id: u64 POSIX seconds, Ed25519. */
const COSIGNATURE_BYTES = 8 + 64;

/** Signs checkpoints of other logs as a witness. */
export interface Cosigner {
  readonly name: string;
  /** verifier key of type 0x04 */
  readonly vkey: string;
  /**
   * @param text of the note, with its last LF
   * @param seconds POSIX time
   * @returns the note line with its LF
   */
  cosign(text: string, seconds: number): string;
}

/** The witness that a private key file makes: the same seed as a log's key would have, with a key id of its own. */
export function cosignerOf(signer: Signer): Cosigner {
  const { publicKey } = readVkey(signer.vkey);
  const vkey = vkeyText(signer.name, WITNESS_KEY, publicKey);
  const keyId = Buffer.from(readVkey(vkey).keyId, 'hex');
  return {
    name: signer.name,
    vkey,
    cosign: (text, seconds) => {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(seconds));
      const signature = signer.sign(cosigned(text, BigInt(seconds)));
      return noteLine(signer.name, keyId, Buffer.concat([time, signature]));
    },
  };
}

const cosigned = (text: string, seconds: bigint): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);

const isLineOf = (line: NoteLine, witness: VerifierKey): boolean =>
  line.name === witness.name && line.keyId === witness.keyId;

/**
 * The time of a witness's line over a note.
 *
 * @returns POSIX seconds; undefined when the line is another key's or fails
 */
export function cosignedAt(text: string, line: NoteLine, witness: VerifierKey): bigint | undefined {
  if (!isLineOf(line, witness) || witness.type !== WITNESS_KEY) return undefined;
  if (line.signature.length !== COSIGNATURE_BYTES) return undefined;
  const seconds = Buffer.from(line.signature).readBigUInt64BE(0);
  return witness.verify(cosigned(text, seconds), line.signature.subarray(8)) ? seconds : undefined;
}

/** True when that witness's line is there and good. Its time is signed too; it is not judged here. */
export function isCosigned(note: Note, witness: VerifierKey): boolean {
  return note.lines.some((line) => cosignedAt(note.text, line, witness) !== undefined);
}

/**
 * True when the policy's quorum of witnesses signed the note.
 *
 * @see C2SP tlog-cosignature v1.0.1, tlog-policy
 */
export function meetsQuorum(note: Note, policy: Policy): boolean {
  if (policy.quorum === 'none') return true;
  const met = new Set<string>();
  for (const [name, witness] of policy.witnesses) if (isCosigned(note, witness)) met.add(name);
  // A group names only what is defined above it, so one pass in order answers all, each once.
  for (const [name, { threshold, members }] of policy.groups) {
    if (members.filter((member) => met.has(member)).length >= threshold) met.add(name);
  }
  return met.has(policy.quorum);
}
