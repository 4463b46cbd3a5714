import { type Entry } from '../kernel/entry';
import { millisOf } from '../kernel/instant';
import { type Instant } from '../kernel/runtime';
import { type CheckReport, type CheckResult, type Findings } from './check-report';
import { checkpointBody } from './checkpoint';
import { meetsQuorum } from './cosignature';
import { readEntry } from './entry-check';
import { KEYS_STREAM, LEDGER_CREATED } from './founding-names';
import { type CheckpointRow } from './fsck-rows';
import { KeyHistory } from './key-history';
import {
  agrees,
  fileOf,
  type KeptCheckpoint,
  type KeptNote,
  readSeen,
  type SeenCheckpoint,
  wrongLine,
} from './kept-checkpoints';
import { type NoteLine, readNote } from './note';
import { type Policy } from './policy-file';
import { type SignedCheckpoint } from './signed-checkpoint';
import { type VerifierKey } from './vkey';

export interface TrustOptions {
  /** keys from outside; without it the log is checked against its own founding, and is at best consistent with itself */
  readonly policy?: Policy;
  /** a signed checkpoint that was kept elsewhere, such as by an auditor */
  readonly lastSeen?: string;
  /** the newest event may not be older than this; needs `now` */
  readonly maxAge?: { readonly ms: number; readonly now: Instant };
}

export interface Walked {
  readonly subject: string;
  readonly isFinished: boolean;
  readonly size?: number;
  readonly checked?: CheckReport['checked'];
}

/** What a check trusts, and what it comes to: keys from outside, checkpoints that were kept, and the report. */
export class CheckTrust {
  private readonly notes: string[] = [];
  private isAnchored = true;
  private origin: string | undefined;
  /** of the policy; all of the log's own without one */
  private trusted: readonly VerifierKey[] = [];
  private history = KeyHistory.none;
  private readonly seen: SeenCheckpoint[] = [];
  private kept: KeptCheckpoint[] = [];
  /** the largest size whose checkpoint has the quorum of the policy and the root of this log */
  private cosignedSize = 0;

  constructor(
    private readonly options: TrustOptions,
    private readonly findings: Findings,
  ) {}

  /** The first entry of the log names it; whether it may, the policy says. */
  readFounding(first: Entry | undefined): void {
    const { policy } = this.options;
    const named = first?.type === LEDGER_CREATED ? first.data['origin'] : undefined;
    this.origin = typeof named === 'string' ? named : undefined;
    if (policy === undefined) {
      this.unanchored(
        'Without a policy the key is the one in the ledger itself: it is consistent with itself, no more.',
      );
    } else {
      this.trusted = policy.logs.filter((log) => log.name === this.origin);
      if (this.trusted.length === 0) this.trusted = policy.logs.slice(0, 1);
    }
    const { lastSeen } = this.options;
    const seen = lastSeen && readSeen({ note: lastSeen, where: 'seen earlier' }, this.findings);
    if (seen) this.seen.push(seen);
  }

  /** An event of the ledger's own streams, in the order of the log. */
  noteOwn(index: number, bytes: Uint8Array): void {
    const { entry } = readEntry(bytes);
    if (entry?.stream !== KEYS_STREAM) return;
    this.history = this.history.with({ index, type: entry.type, data: entry.data });
  }

  /** A checkpoint that was kept elsewhere: the log must extend it. To be called behind `endKeys` and before the walk. */
  addKept(note: KeptNote): void {
    const seen = readSeen(note, this.findings);
    if (seen !== undefined) this.judgeSeen(seen);
  }

  /** To be called when all key events are noted, and before the first checkpoint is judged. */
  endKeys(): void {
    const { history, findings } = this;
    for (const finding of history.findings) findings.add(finding);
    if (this.keys.length === 0) this.unanchored('No key is known: signatures were not checked.');
    for (const seen of this.seen) this.judgeSeen(seen);
  }

  private judgeSeen({ origin, size, root, lines: note, where }: SeenCheckpoint): void {
    const { findings } = this;
    const file = fileOf(where);
    const isKnown = this.keys.some((key) => isSignedBy(key, note.text, note.lines));
    if (origin !== this.name || (!isKnown && this.keys.length > 0)) {
      const isForeign = origin !== this.name;
      const what = isForeign ? `is of ${origin}.` : 'is signed by no key of this log.';
      const code = isForeign ? 'checkpoint-origin' : 'checkpoint-signature';
      findings.add({ code, file, detail: `The checkpoint ${where} ${what}` });
      return;
    }
    const wrong = wrongLine({ size, lines: note }, this.history, this.options.policy);
    if (wrong !== undefined) findings.add({ file, ...wrong });
    const { policy } = this.options;
    const isCosigned = policy !== undefined && hasQuorum(policy) && meetsQuorum(note, policy);
    this.kept.push({ size, root, where, isCosigned });
  }

  /** The log's name: as it says itself, else as the policy does. */
  get name(): string {
    return this.origin ?? this.trusted[0]?.name ?? '';
  }

  /** Keys that may have signed a checkpoint of this log. */
  get vkeys(): readonly string[] {
    return this.keys.map(({ vkey }) => vkey);
  }

  private get keys(): readonly VerifierKey[] {
    const own = this.history.windows.map(({ key }) => key);
    const known = new Set(own.map(({ vkey }) => vkey));
    return [...own, ...this.trusted.filter(({ vkey }) => !known.has(vkey))];
  }

  /** More than one key may have signed, announced or not, so that each size has to be asked for its own. */
  get hasManyKeys(): boolean {
    return this.keys.length > 1;
  }

  get rootsWantedAt(): readonly number[] {
    return [...this.seen, ...this.kept].map(({ size }) => size);
  }

  /** True for a checkpoint of a store that a known key signed. */
  isSigned(row: CheckpointRow | undefined): row is CheckpointRow {
    if (row === undefined) return false;
    const body = Buffer.from(checkpointBody({ ...row, origin: this.name }));
    return this.keys.some((key) => key.verify(body, row.signature));
  }

  /**
   * Judges the lines that a checkpoint carries, by the keys that were in service at its size. The newest one must have a
   * line of a key from outside too.
   *
   * @param isLast it is the newest one
   */
  judge(
    checkpoint: { readonly size: number; readonly root: Uint8Array; readonly lines: NoteLine[] },
    { isKept, isLast }: { readonly isKept: boolean; readonly isLast: boolean },
  ): boolean {
    const { size, root, lines } = checkpoint;
    const { history, findings } = this;
    const text = checkpointBody({ origin: this.name, size, root });
    if (this.keys.length === 0) return false;
    const before = findings.count;
    if (history.windows.length > 0) {
      const checked = history.check({ size, body: Buffer.from(text), lines, isKept });
      // A wrong line is a missing one too: said once.
      const [first] = checked.findings;
      if (first !== undefined) findings.add({ index: size - 1, ...first });
      if (checked.findings.length === 0 && checked.counted.length === 0) {
        this.unanchored(`The checkpoint of size ${size} counts only with a witness or timestamp.`);
      }
    }
    const isTrusted = this.trusted.some((key) => isSignedBy(key, text, lines));
    if (isLast && this.trusted.length > 0 && !isTrusted && findings.count === before) {
      const detail = `No key of the policy signed the checkpoint of size ${size}.`;
      findings.add({ code: 'checkpoint-signature', index: size - 1, detail });
    }
    return findings.count === before;
  }

  /** Judges the checkpoint of an exported log, with its witnesses. @returns true when its root may be believed */
  checkNote(checkpoint: SignedCheckpoint): boolean {
    const note = readNote(checkpoint.note);
    if (checkpoint.origin !== this.name) {
      const detail = `The checkpoint is of ${checkpoint.origin}, the log of ${this.name}.`;
      this.findings.add({ code: 'checkpoint-origin', file: 'checkpoint', detail });
      return false;
    }
    const { size, root } = checkpoint;
    const lines = { size, root, lines: [...note.lines] };
    const isGood = this.judge(lines, { isKept: false, isLast: true });
    const { policy } = this.options;
    if (isGood && policy !== undefined && meetsQuorum(note, policy)) this.cosignedSize = size;
    return isGood;
  }

  /** The policy's quorum counts at the largest size that has it. To be called behind `compareSeen`. @param size of the log */
  checkQuorum(size: number): void {
    const { policy } = this.options;
    if (policy === undefined || !hasQuorum(policy) || this.cosignedSize === size) return;
    if (this.cosignedSize > 0) {
      this.note(
        `The signatures that the policy asks for (${policy.quorum}) are there at size ${this.cosignedSize} of ${size}.`,
      );
      return;
    }
    const detail = `No checkpoint has the signatures that the policy asks for (${policy.quorum}).`;
    this.findings.add({ code: 'cosignature-quorum', detail });
  }

  /** @param newest time of the newest event */
  checkAge(newest: number): void {
    const { maxAge } = this.options;
    if (maxAge === undefined || millisOf(maxAge.now) - newest <= maxAge.ms) return;
    const hours = ((millisOf(maxAge.now) - newest) / 3_600_000).toFixed(1);
    const detail = `The newest event was recorded ${hours} hours ago.`;
    this.findings.add({ code: 'checkpoint-stale', detail });
  }

  /** @param log its size, and its root at a size that was seen where that could be computed */
  compareSeen(log: { size: number; rootAt: (size: number) => Uint8Array | undefined }): void {
    const open: KeptCheckpoint[] = [];
    for (const kept of this.kept.filter(({ size }) => size > 0)) {
      const root = log.rootAt(kept.size);
      if (kept.size <= log.size && root === undefined) open.push(kept);
      else if (!agrees(kept, { size: log.size, root }, this.findings)) continue;
      else if (kept.isCosigned) this.cosignedSize = Math.max(this.cosignedSize, kept.size);
    }
    const [first] = open;
    if (first === undefined) return;
    const more = open.length === 1 ? '' : `, and ${open.length - 1} more,`;
    this.unanchored(`The checkpoint ${first.where}${more} could not be compared.`);
  }

  /** Last of all: whether the log may say that it is who it says. */
  checkOrigin(): void {
    const { policy } = this.options;
    if (policy === undefined || policy.logs.some((log) => log.name === this.origin)) return;
    const said =
      this.origin === undefined ? 'does not say what it is' : `says it is ${this.origin}`;
    const detail = `The log ${said}; the policy names ${policy.logs.map(({ name }) => name).join(', ')}.`;
    this.findings.add({ code: 'checkpoint-origin', index: 0, detail });
  }

  note(text: string): void {
    this.notes.push(text);
  }

  report({ subject, isFinished, size, checked = {} }: Walked): CheckReport {
    const { findings, origin } = this;
    return {
      result: this.result(isFinished),
      subject,
      ...(origin === undefined ? {} : { origin }),
      ...(size === undefined ? {} : { size }),
      checked,
      ...(findings.first === undefined ? {} : { first: findings.first }),
      findings: findings.kept,
      findingCount: findings.count,
      warnings: findings.warnings,
      notes: this.notes,
    };
  }

  private result(isFinished: boolean): CheckResult {
    if (this.findings.againstLog > 0) return 'failed';
    if (!isFinished) return 'not-finished';
    if (this.findings.count > 0) return 'not-met';
    return this.isAnchored ? 'verified' : 'not-anchored';
  }

  unanchored(note: string): void {
    this.isAnchored = false;
    this.notes.push(note);
  }
}

const hasQuorum = ({ quorum }: Policy): boolean => quorum !== 'none';

const isSignedBy = (key: VerifierKey, text: string, lines: readonly NoteLine[]): boolean =>
  lines.some(
    (line) =>
      line.name === key.name &&
      line.keyId === key.keyId &&
      key.verify(Buffer.from(text), line.signature),
  );
