import { isTieoutError } from '../kernel/errors';
import { addCheckpointText } from './add-checkpoint';
import { type Post, type PostReply } from './bounded-http';
import { readDecimal } from './checkpoint';
import { cosignedAt } from './cosignature';
import { type LedgerAlarm } from './ledger-alarms.events';
import { type LogReader } from './log-reader';
import { NOTE_BYTES_MAX, readNote } from './note';
import { type SignedCheckpoint } from './signed-checkpoint';
import { type VerifierKey } from './vkey';

/** A witness that is asked, as the policy file names it. */
export interface WitnessTarget {
  readonly name: string;
  readonly key: VerifierKey;
  /** submission prefix: `/add-checkpoint` is added */
  readonly url: string;
}

/** What one witness said. */
export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly line: string }
  | { readonly kind: 'alarm'; readonly alarm: LedgerAlarm; readonly evidence: string }
  | { readonly kind: 'away'; readonly reason: string };

export interface AskOptions {
  readonly log: Pick<LogReader, 'consistencyProof'>;
  readonly post: Post;
  readonly signal: AbortSignal;
}

/** Asks one witness for its cosignature, and once more from the size that it knows. Never throws for what it answers. */
export async function askWitness(
  target: WitnessTarget,
  ask: { readonly checkpoint: SignedCheckpoint; readonly old: number },
  options: AskOptions,
): Promise<WitnessAnswer> {
  const { checkpoint } = ask;
  try {
    let reply = await send(target, ask, options);
    if (reply.status === 409) {
      const known = readDecimal(reply.body.toString('latin1').trimEnd());
      if (known === undefined) return refusedBy(target, checkpoint, reply);
      if (known > checkpoint.size) return rollback(target, checkpoint, known, reply);
      reply = await send(target, { checkpoint, old: known }, options);
    }
    return answerOf(target, checkpoint, reply);
  } catch (error) {
    return { kind: 'away', reason: error instanceof Error ? error.message : String(error) };
  }
}

function send(
  { url }: WitnessTarget,
  { checkpoint, old }: { readonly checkpoint: SignedCheckpoint; readonly old: number },
  { log, post, signal }: AskOptions,
): Promise<PostReply> {
  const { size, note } = checkpoint;
  const from = Math.min(old, size);
  const hashes = from > 0 && from < size ? log.consistencyProof(from, size) : [];
  return post({
    url: `${url.replace(/\/+$/u, '')}/add-checkpoint`,
    contentType: 'text/plain; charset=utf-8',
    body: addCheckpointText({ old: from, hashes, checkpoint: note }),
    replyBytesMax: NOTE_BYTES_MAX,
    signal,
  });
}

function answerOf(
  target: WitnessTarget,
  checkpoint: SignedCheckpoint,
  reply: PostReply,
): WitnessAnswer {
  if (reply.status === 200) {
    const [line] = goodLines(checkpoint, reply.body.toString('utf8'), [target.key]);
    return line === undefined ? refusedBy(target, checkpoint, reply) : { kind: 'cosigned', line };
  }
  if (reply.status === 422) return refusedBy(target, checkpoint, reply);
  if ([400, 403, 404].includes(reply.status)) {
    const detail = `${target.name} answers ${reply.status}: its configuration and ours do not fit.`;
    return alarmOf(target, checkpoint, reply, { alarm: 'witness-configuration', detail });
  }
  return { kind: 'away', reason: `it answers ${reply.status}` };
}

/**
 * The lines that known witnesses made over a checkpoint, each with its LF; the others are left out.
 *
 * @param text note lines as a witness answers them
 */
export function goodLines(
  checkpoint: SignedCheckpoint,
  text: string,
  keys: readonly VerifierKey[],
): string[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines
    .filter((line) => keys.some((key) => isGood(checkpoint, line, key)))
    .map((line) => `${line}\n`);
}

function isGood(checkpoint: SignedCheckpoint, line: string, key: VerifierKey): boolean {
  try {
    const note = readNote(`${checkpoint.note}${line}\n`);
    const last = note.lines.at(-1);
    return last !== undefined && cosignedAt(note.text, last, key) !== undefined;
  } catch (error) {
    if (!isTieoutError(error, 'proof-invalid')) throw error;
    return false;
  }
}

const refusedBy = (target: WitnessTarget, checkpoint: SignedCheckpoint, reply: PostReply) =>
  alarmOf(target, checkpoint, reply, {
    alarm: 'witness-refused',
    detail: `${target.name} does not cosign: it answers ${reply.status} without a good line.`,
  });

/** The witness cosigned more of this log than the log has: this is an old copy, or another one signs with its key. */
const rollback = (
  target: WitnessTarget,
  checkpoint: SignedCheckpoint,
  known: number,
  reply: PostReply,
) =>
  alarmOf(target, checkpoint, reply, {
    alarm: 'witness-rollback',
    detail: `${target.name} knows this log with ${known} events, above its own size.`,
  });

function alarmOf(
  { name, url }: WitnessTarget,
  { size, note }: SignedCheckpoint,
  reply: PostReply,
  what: Pick<LedgerAlarm, 'alarm' | 'detail'>,
): WitnessAnswer {
  const said = reply.body.subarray(0, NOTE_BYTES_MAX).toString('utf8');
  const evidence = `${url}\n${reply.status} ${reply.contentType}\n${said}\n\n${note}`;
  return { kind: 'alarm', alarm: { ...what, about: name, size }, evidence };
}
