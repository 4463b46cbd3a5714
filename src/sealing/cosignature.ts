import { type Note } from './note';
import { type Policy } from './policy-file';
import { type VerifierKey, WITNESS_KEY } from './vkey';

/** True when that witness's line is there and good. Its time is signed too; it is not judged here. */
export function isCosigned(note: Note, witness: VerifierKey): boolean {
  return note.lines.some((line) => {
    if (line.name !== witness.name || line.keyId !== witness.keyId) return false;
    if (witness.type !== WITNESS_KEY || line.signature.length !== 72) return false;
    const seconds = Buffer.from(line.signature).readBigUInt64BE(0);
    const message = `cosignature/v1\ntime ${seconds}\n${note.text}`;
    return witness.verify(Buffer.from(message), line.signature.subarray(8));
  });
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
