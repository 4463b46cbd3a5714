import { hex, leafHash } from '../kernel/hash';
import { type CheckReport, Findings } from './check-report';
import { openCheckpoint, readCheckpoint } from './checkpoint';
import { meetsQuorum } from './cosignature';
import { placeIn, readEntry } from './entry-check';
import { findingOf, refused } from './findings';
import { incompleteness } from './heads-complete';
import { readHeadsProof, verifyHeadsProof } from './heads-json';
import { verifyInclusion } from './merkle-verify';
import { readNote } from './note';
import { type Policy } from './policy-file';
import { type SignedCheckpoint } from './signed-checkpoint';
import { StreamChains } from './stream-chains';
import { readTlogProof } from './tlog-proof';

const LF = 0x0a;
/** A proof has 64 hashes and a note of 64 KiB at most; the rest is for an `extra` line, which is passed over. */
export const PROOF_BYTES_MAX = 256 * 1024;
/** A heads proof holds an entry, its proof, and a bucket: 8 records on average. */
export const HEADS_PROOF_BYTES_MAX = 1024 ** 2;
/** An entry, with the line feed behind it. */
export const ENTRY_FILE_BYTES_MAX = 65_535 + 1;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What is checked, and the keys that are trusted, from outside. */
interface Subject {
  /** named in the report: the file */
  readonly subject: string;
  readonly policy: Policy;
}

/** One entry and its `.tlog-proof`: in the log at that index, under a checkpoint that the policy's keys signed. */
export function checkProof(
  proof: Uint8Array,
  entry: Uint8Array,
  { subject, policy }: Subject,
): CheckReport {
  const check = new ProofCheck(subject, policy);
  return check.run(() => {
    limit('The proof', proof, PROOF_BYTES_MAX);
    limit('The entry', entry, ENTRY_FILE_BYTES_MAX);
    const { index, hashes, checkpoint } = readTlogProof(textOf(proof));
    const { size, root } = check.open(checkpoint);
    const bytes = withoutLineEnd(entry);
    check.counted['proofs'] = 1;
    const place = { index, ...placeIn(bytes) };
    if (!verifyInclusion({ index, size, root, hashes, leaf: leafHash(bytes) })) {
      const detail = 'The entry and its proof do not lead to the signed root.';
      check.findings.add({ code: 'proof-mismatch', ...place, detail });
    }
    const { finding } = readEntry(bytes);
    if (finding !== undefined) check.findings.add({ ...place, ...finding });
  });
}

/**
 * One `.heads.json`: what was the last event of its stream, or that there was none; with the stream's entries, that they are
 * all there.
 *
 * @param entries stored entries, one a line, revision 0 first
 */
export function checkHeadsProof(
  proof: Uint8Array,
  entries: Uint8Array | undefined,
  { subject, policy }: Subject,
): CheckReport {
  const check = new ProofCheck(subject, policy);
  return check.run(() => {
    limit('The heads proof', proof, HEADS_PROOF_BYTES_MAX);
    const read = readHeadsProof(proof);
    const proved = verifyHeadsProof(read, check.open(readTlogProof(read.proof).checkpoint));
    check.counted['heads'] = 1;
    const { stream, head, size } = proved;
    check.notes.push(
      head === undefined
        ? `${stream} has no event below size ${size}.`
        : `${stream} ends below size ${size} with revision ${head.revision}, leaf ${hex(head.leaf)}.`,
    );
    if (entries === undefined) return;
    const finding = incompleteness(check.follow(stream, entries), proved);
    if (finding !== undefined) check.findings.add(finding);
  });
}

class ProofCheck {
  readonly findings = new Findings();
  readonly notes: string[] = [];
  readonly counted: Record<string, number> = {};
  private checkpoint: SignedCheckpoint | undefined;
  private meetsPolicy = true;

  constructor(
    private readonly subject: string,
    private readonly policy: Policy,
  ) {}

  /** What a strict reader refuses becomes the finding. */
  run(steps: () => void): CheckReport {
    try {
      steps();
    } catch (error) {
      this.findings.add(findingOf(error));
    }
    const { first, count, kept, warnings } = this.findings;
    const log = this.checkpoint;
    return {
      result: count > 0 ? 'failed' : this.meetsPolicy ? 'verified' : 'not-met',
      subject: this.subject,
      ...(log === undefined ? {} : { origin: log.origin, size: log.size }),
      checked: this.counted,
      ...(first === undefined ? {} : { first }),
      findings: kept,
      findingCount: count,
      warnings,
      notes: this.notes,
    };
  }

  /** The checkpoint inside a proof, by the policy. */
  open(note: string): SignedCheckpoint {
    const { origin } = readCheckpoint(note);
    const keys = this.policy.logs.filter(({ name }) => name === origin);
    if (keys.length === 0) {
      throw refused(
        'checkpoint-origin',
        `The proof is of ${origin}, which the policy does not name.`,
      );
    }
    this.checkpoint = openCheckpoint(note, ...keys);
    this.counted['checkpoints'] = 1;
    if (!meetsQuorum(readNote(note), this.policy)) {
      this.meetsPolicy = false;
      this.notes.push(`The checkpoint lacks the signatures that the policy asks for.`);
    }
    return this.checkpoint;
  }

  /** The entries of one stream, in order. */
  follow(stream: string, lines: Uint8Array): StreamChains {
    const chains = new StreamChains();
    const rest = withoutLineEnd(lines);
    let line = 0;
    for (let start = 0; start < rest.length;) {
      const found = rest.indexOf(LF, start);
      const end = found < 0 ? rest.length : found;
      line += 1;
      this.followLine(chains, { stream, line, bytes: rest.subarray(start, end) });
      start = end + 1;
    }
    this.counted['entries'] = line;
    return chains;
  }

  private followLine(
    chains: StreamChains,
    { stream, line, bytes }: { stream: string; line: number; bytes: Uint8Array },
  ): void {
    const { entry, finding } = readEntry(bytes);
    if (entry === undefined) {
      this.findings.add({ ...placeIn(bytes), ...finding, line });
    } else if (entry.stream !== stream) {
      const detail = `Line ${line} is of ${entry.stream}, not of ${stream}.`;
      this.findings.add({ code: 'pack-incomplete', line, stream, detail });
    } else {
      for (const each of chains.next(entry, leafHash(bytes), line - 1)) {
        const { code, detail, revision } = each;
        this.findings.add({
          code,
          detail,
          stream,
          line,
          ...(revision === undefined ? {} : { revision }),
        });
      }
    }
  }
}

function limit(what: string, bytes: Uint8Array, max: number): void {
  if (bytes.length > max) throw refused('limit-exceeded', `${what} is over ${max} bytes.`);
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refused('proof-malformed', 'The proof is not UTF-8.');
  }
}

/** No entry ends with a line feed; a file that was cut out of a list of lines does. */
const withoutLineEnd = (bytes: Uint8Array): Uint8Array =>
  bytes.at(-1) === LF ? bytes.subarray(0, -1) : bytes;
