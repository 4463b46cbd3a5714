import { type X509Certificate } from 'node:crypto';
import { hex, sha256, sha256Hex } from '../kernel/hash';
import { addMillis } from '../kernel/instant';
import { type Clock, type Randomness } from '../kernel/runtime';
import { type Executor } from '../commanding';
import { type AnchorFolder } from './anchor-folder';
import { type Post } from './bounded-http';
import { refused } from './findings';
import { type LogKeys } from './key-change';
import { ledgerAnchors } from './ledger-anchors.decider';
import { ANCHORS_STREAM } from './ledger-anchors.events';
import { type LogReader } from './log-reader';
import { readCertificates } from './timestamp-chain';
import { checkTimestamp, timestampRequest, TOKEN_BYTES_MAX } from './timestamp-token';

const DAY_MS = 24 * 60 * 60 * 1_000;
const NONCE_BYTES = 16;

export interface TimestampingOptions {
  readonly log: LogReader;
  readonly keys: LogKeys;
  readonly anchors: AnchorFolder;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly post: Post;
  /** of the authority */
  readonly url: string;
  /** PEM certificates where a chain may end */
  readonly trusted: string;
  /** true when the log has events behind that size other than heads and anchors */
  readonly hasNews: (afterSize: number) => boolean;
}

export interface Timestamped {
  readonly size: number;
  /** instant in the token */
  readonly time: string;
}

/** Has checkpoints timestamped by an authority (RFC 3161), so that nothing can be dated back behind them. */
export class Timestamping {
  private readonly trusted: readonly X509Certificate[];

  /** @throws TieoutError `proof-invalid` when the trusted certificates cannot be read */
  constructor(private readonly options: TimestampingOptions) {
    this.trusted = readCertificates(options.trusted);
  }

  /** Once a day when there is something new, and soon after a key event. */
  async stampIfDue(signal: AbortSignal): Promise<Timestamped | undefined> {
    const { clock, executor, hasNews, keys } = this.options;
    const { state } = await executor.load(ANCHORS_STREAM, ledgerAnchors);
    const { timestamp } = state;
    const isFirst = timestamp === undefined;
    const lastKey = Math.max(
      ...keys.history().windows.map((w) => Math.max(w.addedAt, w.lastSize ?? 0)),
    );
    const isDay = !isFirst && clock.now() >= addMillis(timestamp.at, DAY_MS);
    const isDue = isFirst || lastKey >= timestamp.size || (isDay && hasNews(timestamp.size));
    return isDue ? this.stamp(signal) : undefined;
  }

  /**
   * Has the newest checkpoint timestamped; one that has a token keeps it.
   *
   * @throws TieoutError `proof-invalid` when the token does not hold; Error when the authority is away
   */
  async stamp(signal: AbortSignal): Promise<Timestamped> {
    const { log, anchors, randomness, post, url } = this.options;
    const { size, note, root } = log.checkpoint();
    if (anchors.checkpoint(size) === undefined) await anchors.keep(size, note, []);
    const file = Buffer.from(anchors.checkpoint(size) ?? '');
    const imprint = sha256(file);
    const kept = anchors.token(size);
    if (kept !== undefined) return { size, time: this.timeIn(kept, imprint) };
    const query = { imprint, nonce: randomness.bytes(NONCE_BYTES) };
    const reply = await post({
      url,
      contentType: 'application/timestamp-query',
      body: new Uint8Array(timestampRequest(query)),
      replyBytesMax: TOKEN_BYTES_MAX,
      signal,
    });
    if (reply.status !== 200)
      throw refused('timestamp-token', `The authority answers ${reply.status}.`);
    const time = checkTimestamp(reply.body, query, this.trusted);
    await anchors.keepToken(size, reply.body);
    await this.record({ size, root: hex(root), time, file, token: reply.body });
    return { size, time };
  }

  /** The time in a token over a file. @throws TieoutError `proof-invalid` when the token does not hold */
  timeIn(token: Buffer, imprint: Uint8Array): string {
    return checkTimestamp(token, { imprint }, this.trusted);
  }

  private async record(stamped: {
    readonly size: number;
    readonly root: string;
    readonly time: string;
    readonly file: Buffer;
    readonly token: Buffer;
  }): Promise<void> {
    const { executor, clock, url } = this.options;
    const { size, root, time, file, token } = stamped;
    await executor.execute({
      ...{ stream: ANCHORS_STREAM, decider: ledgerAnchors },
      command: {
        ...{ kind: 'timestamp', size, root, at: clock.now() },
        times: [{ by: new URL(url).host, time }],
        checkpoint: sha256Hex(file),
        token: sha256Hex(token),
      },
      context: { process: 'timestamp', causingEventId: String(size), n: 0 },
    });
  }
}
