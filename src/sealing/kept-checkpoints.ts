import { hex } from '../kernel/hash';
import { type Finding, type Findings } from './check-report';
import { readCheckpoint } from './checkpoint';
import { cosignedAt } from './cosignature';
import { findingOf } from './findings';
import { type KeyHistory } from './key-history';
import { type Note, readNote } from './note';
import { type Policy } from './policy-file';
import { type SignedCheckpoint } from './signed-checkpoint';

/** A checkpoint that was kept outside the ledger, with all lines there are. */
export interface KeptNote {
  readonly note: Uint8Array | string;
  /** `in anchors/main/12`, or other words that say where it was kept */
  readonly where: string;
  /** that its place says it has */
  readonly size?: number;
}

export interface SeenCheckpoint extends SignedCheckpoint {
  readonly lines: Note;
  readonly where: string;
}

/** A checkpoint that was kept elsewhere and is of this log. */
export interface KeptCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  readonly where: string;
  /** enough witnesses signed it for the policy */
  readonly isCosigned: boolean;
}

/** @returns undefined when it is no checkpoint, or not of the size that its place says: then with a finding */
export function readSeen(kept: KeptNote, findings: Findings): SeenCheckpoint | undefined {
  const { note, where, size } = kept;
  const file = fileOf(where);
  try {
    const seen = { ...readCheckpoint(note), lines: readNote(note), where };
    if (size === undefined || size === seen.size) return seen;
    const detail = `The checkpoint ${where} is of size ${seen.size}.`;
    findings.add({ code: 'checkpoint-inconsistent', file, detail });
  } catch (error) {
    const finding: Finding = findingOf(error);
    findings.add({ ...finding, file, detail: `The checkpoint ${where}: ${finding.detail}` });
  }
  return undefined;
}

/** A failing line of a known key refuses a note, whatever the others say. */
export function wrongLine(
  { size, lines: { text, lines } }: Pick<SeenCheckpoint, 'size' | 'lines'>,
  history: KeyHistory,
  policy: Policy | undefined,
): Finding | undefined {
  if (history.windows.length > 0) {
    const { findings } = history.check({ size, body: Buffer.from(text), lines, isKept: false });
    if (findings[0] !== undefined) return findings[0];
  }
  const witnesses = [...(policy?.witnesses.values() ?? [])];
  for (const line of lines) {
    const key = witnesses.find((each) => each.name === line.name && each.keyId === line.keyId);
    if (key === undefined || cosignedAt(text, line, key) !== undefined) continue;
    const detail = `The line of the witness ${line.name}+${line.keyId} over size ${size} is wrong.`;
    return { code: 'checkpoint-signature', detail };
  }
  return undefined;
}

/** @returns false, with a finding, when the log does not extend the checkpoint. @param log its size, and its root at that of the checkpoint */
export function agrees(
  kept: KeptCheckpoint,
  { size, root }: { readonly size: number; readonly root: Uint8Array | undefined },
  findings: Findings,
): boolean {
  if (kept.size > size) {
    const detail = `A checkpoint of size ${kept.size} was kept (${kept.where}); the ledger now ends at ${size}.`;
    findings.add({ code: 'checkpoint-rollback', index: size, detail });
    return false;
  }
  if (root === undefined || Buffer.compare(root, kept.root) === 0) return root !== undefined;
  const detail = `At size ${kept.size} the log does not have the root of the checkpoint ${kept.where}.`;
  const code = kept.size === size ? 'checkpoint-equivocation' : 'checkpoint-inconsistent';
  // Two roots of one size under one key: with the two notes a proof that anybody can check.
  const roots = { expected: hex(kept.root), actual: hex(root) };
  findings.add({ code, detail, range: [0, kept.size - 1], ...roots });
  return false;
}

/** `in anchors/main/mark`, or `seen earlier`: the words say where it was kept. */
export const fileOf = (where: string): string => where.replace(/^in /u, '');
