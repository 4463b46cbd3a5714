import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hex, sha256Hex } from '../kernel/hash';
import { type Clock } from '../kernel/runtime';
import { type Executor } from '../commanding';
import { type AnchorFolder } from './anchor-folder';
import { type Post } from './bounded-http';
import { cosignedAt, meetsQuorum } from './cosignature';
import { replaceFile } from './durable-file';
import { refused } from './findings';
import { ledgerAlarms } from './ledger-alarms.decider';
import { type LedgerAlarm } from './ledger-alarms.events';
import { ledgerAnchors } from './ledger-anchors.decider';
import { ALARMS_STREAM, ANCHORS_STREAM } from './ledger-anchors.events';
import { type LogReader } from './log-reader';
import { readNote } from './note';
import { type Policy } from './policy-file';
import { type SignedCheckpoint } from './signed-checkpoint';
import { askWitness, goodLines, type WitnessAnswer, type WitnessTarget } from './witness-client';

export interface CosigningOptions {
  readonly log: LogReader;
  readonly policy: Policy;
  readonly anchors: AnchorFolder;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly post: Post;
  /** true when the log has events behind that size other than heads and anchors, so that an idle log stays still */
  readonly hasNews: (afterSize: number) => boolean;
}

/** What one round with all witnesses gave. */
export interface CosigningRound {
  readonly size: number;
  readonly cosigned: readonly string[];
  /** `<witness>: <reason>` */
  readonly away: readonly string[];
  readonly alarms: readonly LedgerAlarm[];
}

/** Asks the witnesses of the policy to cosign the newest checkpoint, and keeps what they answer. Appends never wait. */
export class Cosigning {
  private askedAt = 0;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly known: Map<string, number>;
  private readonly targets: readonly WitnessTarget[];

  constructor(private readonly options: CosigningOptions) {
    const { witnesses, urls } = options.policy;
    this.targets = [...witnesses].flatMap(([name, key]) => {
      const url = urls.get(name);
      return url === undefined ? [] : [{ name, key, url }];
    });
    this.known = readKnown(this.stateFile);
  }

  /** @returns undefined when nothing is new since the last round */
  async roundIfNew(signal: AbortSignal): Promise<CosigningRound | undefined> {
    if (this.targets.length === 0 || !this.options.hasNews(this.askedAt)) return undefined;
    return this.round(signal);
  }

  round(signal: AbortSignal): Promise<CosigningRound> {
    return this.inTurn(() => this.askAll(signal));
  }

  /** Rounds and carried lines write the same files: one after the other. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async askAll(signal: AbortSignal): Promise<CosigningRound> {
    const { log, post } = this.options;
    const checkpoint = log.checkpoint();
    const answers = await Promise.all(
      this.targets.map(async (target) => {
        const old = this.known.get(target.name) ?? 0;
        return {
          target,
          answer: await askWitness(target, { checkpoint, old }, { log, post, signal }),
        };
      }),
    );
    const lines = answers.flatMap(({ answer }) =>
      answer.kind === 'cosigned' ? [answer.line] : [],
    );
    await this.keep(checkpoint, lines);
    for (const { target, answer } of answers) await this.note(target, answer, checkpoint.size);
    await replaceFile(this.stateFile, JSON.stringify(Object.fromEntries(this.known)));
    if (lines.length > 0) this.askedAt = checkpoint.size;
    return {
      size: checkpoint.size,
      cosigned: answers.flatMap(({ target, answer }) =>
        answer.kind === 'cosigned' ? [target.name] : [],
      ),
      away: answers.flatMap(({ target, answer }) =>
        answer.kind === 'away' ? [`${target.name}: ${answer.reason}`] : [],
      ),
      alarms: answers.flatMap(({ answer }) => (answer.kind === 'alarm' ? [answer.alarm] : [])),
    };
  }

  /**
   * Takes lines that somebody carried here from a witness.
   *
   * @param size of the checkpoint that they are over
   * @param text note lines as the witness answered them
   * @returns names of the witnesses whose lines were accepted
   * @throws TieoutError `proof-invalid` when one line fails or is of no witness of the policy; `not-found` for a size that
   *   was never signed
   */
  async accept(size: number, text: string): Promise<readonly string[]> {
    const { log, policy } = this.options;
    const checkpoint = log.checkpointAt(size);
    const asked = text.split('\n').filter((line) => line !== '');
    const keys = [...policy.witnesses.values()];
    const lines = goodLines(checkpoint, text, keys);
    if (asked.length === 0 || lines.length !== asked.length) {
      throw refused(
        'cosignature-quorum',
        `${asked.length - lines.length} of ${asked.length} lines are not good lines of a witness of the policy over size ${size}.`,
      );
    }
    await this.inTurn(() => this.keep(checkpoint, lines));
    return this.timesOf(checkpoint, lines).map(({ by }) => by);
  }

  private async keep(checkpoint: SignedCheckpoint, lines: readonly string[]): Promise<void> {
    const { anchors, policy, executor, clock } = this.options;
    const { size, root } = checkpoint;
    if (lines.length === 0) return;
    await anchors.keep(size, checkpoint.note, lines);
    const note = anchors.note(size) ?? '';
    if (policy.quorum === 'none' || !meetsQuorum(readNote(note), policy)) return;
    await executor.execute({
      ...{ stream: ANCHORS_STREAM, decider: ledgerAnchors },
      command: {
        kind: 'quorum',
        ...{ size, root: hex(root), at: clock.now() },
        times: this.timesOf(checkpoint, note.slice(checkpoint.note.length).split('\n')),
        checkpoint: sha256Hex(Buffer.from(anchors.checkpoint(size) ?? '')),
      },
      context: { process: 'witness-quorum', causingEventId: String(size), n: 0 },
    });
  }

  private timesOf({ note }: SignedCheckpoint, lines: readonly string[]) {
    const signed = lines.filter((line) => line !== '').map((line) => `${line.trimEnd()}\n`);
    const { text, lines: read } = readNote(note + signed.join(''));
    return [...this.options.policy.witnesses].flatMap(([by, key]) => {
      const times = read.map((line) => cosignedAt(text, line, key));
      const time = times.find((each) => each !== undefined);
      return time === undefined ? [] : [{ by, time: String(time) }];
    });
  }

  private async note(target: WitnessTarget, answer: WitnessAnswer, size: number): Promise<void> {
    if (answer.kind === 'cosigned') this.known.set(target.name, size);
    if (answer.kind !== 'alarm') return;
    const { alarm, evidence } = answer;
    const { anchors, executor } = this.options;
    // Kept first: what the alarm speaks of is there when somebody reads the alarm.
    await anchors.keepEvidence(`${alarm.alarm}-${target.name}-${size}`, evidence);
    await executor.execute({
      ...{ stream: ALARMS_STREAM, decider: ledgerAlarms, command: alarm },
      context: { process: `alarm/${alarm.alarm}`, causingEventId: target.name, n: size },
    });
  }

  private get stateFile(): string {
    return join(this.options.anchors.path, 'witnesses.json');
  }
}

/** Sizes that the witnesses cosigned last. Only a shortcut: a witness that knows another size says so. */
function readKnown(path: string): Map<string, number> {
  try {
    const known = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const entries = Object.entries(known).filter(([, size]) => Number.isSafeInteger(size));
    return new Map(entries as [string, number][]);
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
      return new Map();
    }
    throw error;
  }
}
