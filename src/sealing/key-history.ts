import { isTieoutError } from '../kernel/errors';
import { type JsonObject } from '../kernel/json';
import { fromBase64 } from './base64';
import { type FindingCode } from './findings';
import { LEDGER_CREATED } from './founding-names';
import { KEY_ADDED, KEY_COMPROMISED, KEY_RETIRED } from './log-keys.events';
import { type NoteLine } from './note';
import { LOG_KEY, readVkey, type VerifierKey } from './vkey';

/** An event of `ledger-_.keys` with its place in the log. */
export interface KeyEntry {
  readonly index: number;
  readonly type: string;
  readonly data: JsonObject;
}

/** The sizes that one key of the log may sign. There is no lower bound: a key in service may sign an earlier size again. */
export interface KeyWindow {
  readonly key: VerifierKey;
  /** index of the event that announced it; checkpoints above this size carry its line */
  readonly addedAt: number;
  /** last size that it may sign; undefined while it is in service */
  readonly lastSize?: number;
  /** checkpoints above this size count only when something older than the loss vouches for them */
  readonly trustedSize?: number;
}

export interface KeyFinding {
  readonly code: Extract<
    FindingCode,
    'checkpoint-key-window' | 'checkpoint-signature' | 'key-handover'
  >;
  readonly detail: string;
  /** of the key event */
  readonly index?: number;
}

/** What one checkpoint's lines are worth. */
export interface CheckedLines {
  readonly findings: readonly KeyFinding[];
  /** keys whose line is good, in their window and trusted at this size; empty means that it counts only with an anchor */
  readonly counted: readonly VerifierKey[];
}

/**
 * Text that hands a log over from one key to the next: the new key signs it, in an emergency the recovery key too.
 *
 * @see docs/reference/ledger-format.md, section 6
 */
export const handOverBody = (origin: string, from: string, to: string): Buffer =>
  Buffer.from(`tieout/key-added/v1\n${origin}\n${from}\n${to}\n`);

/** The keys of one log as its own stream tells them. Immutable: every event gives a new one. */
export class KeyHistory {
  private constructor(
    readonly origin: string,
    private readonly recovery: VerifierKey | undefined,
    /** in the order of their announcement */
    readonly windows: readonly KeyWindow[],
    /** events that do not hold; they change nothing */
    readonly findings: readonly KeyFinding[],
  ) {}

  static readonly none = new KeyHistory('', undefined, [], []);

  /** @param entries of `ledger-_.keys`, in order; events of other types are passed over */
  static of(entries: Iterable<KeyEntry>): KeyHistory {
    let history = KeyHistory.none;
    for (const entry of entries) history = history.with(entry);
    return history;
  }

  with(entry: KeyEntry): KeyHistory {
    try {
      if (entry.type === LEDGER_CREATED) return this.created(entry);
      if (entry.type === KEY_ADDED) return this.added(entry);
      if (entry.type === KEY_RETIRED) return this.retired(entry);
      if (entry.type === KEY_COMPROMISED) return this.compromised(entry);
      return this;
    } catch (error) {
      if (!isTieoutError(error, 'proof-invalid')) throw error;
      return this.refusing(entry, error.message);
    }
  }

  /** Keys whose lines a checkpoint of that size carries, the oldest first. */
  inService(size: number): readonly KeyWindow[] {
    return this.windows.filter(
      ({ addedAt, lastSize }) => addedAt < size && (lastSize === undefined || size <= lastSize),
    );
  }

  /** Keys that the newest checkpoint carries. */
  get current(): readonly KeyWindow[] {
    return this.windows.filter(({ lastSize }) => lastSize === undefined);
  }

  /**
   * Checks the lines that a checkpoint carries under the log's own name. A line of a witness is passed over.
   *
   * @param checkpoint `body` as it is signed; `isKept` when it is the log's own copy, which carries the line of every key
   *   in service: the old key's line on the first one after an announcement is the hand-over
   */
  check(checkpoint: {
    readonly size: number;
    readonly body: Uint8Array;
    readonly lines: readonly NoteLine[];
    readonly isKept: boolean;
  }): CheckedLines {
    const { size, body, lines, isKept } = checkpoint;
    const findings: KeyFinding[] = [];
    const good = new Set<KeyWindow>();
    for (const line of lines.filter(({ name }) => name === this.origin)) {
      const window = this.windows.find(({ key }) => key.keyId === line.keyId);
      if (window === undefined) {
        if (isKept)
          findings.push(handOver(`${idOf(line)} signs size ${size} and was never announced.`));
      } else if (!window.key.verify(body, line.signature)) {
        findings.push(wrongLine(line, size));
      } else if (window.lastSize !== undefined && size > window.lastSize) {
        findings.push(outside(line, size, window.lastSize));
      } else good.add(window);
    }
    if (isKept) findings.push(...this.missing(size, good));
    else if (good.size === 0 && findings.length === 0) findings.push(unknown(size));
    const counted = [...good].filter(({ trustedSize = Infinity }) => size <= trustedSize);
    return { findings, counted: counted.map(({ key }) => key) };
  }

  private missing(size: number, good: ReadonlySet<KeyWindow>): KeyFinding[] {
    return this.inService(size)
      .filter((window) => !good.has(window))
      .map(({ key }) =>
        handOver(`Size ${size} lacks the line of ${nameOf(key)}, which is in service.`),
      );
  }

  private created({ index, data }: KeyEntry): KeyHistory {
    if (this.windows.length > 0) return this.refusing({ index }, 'The ledger is created twice.');
    const key = logKey(data['vkey']);
    const recovery = logKey(data['recoveryVkey']);
    if (key.name !== data['origin']) {
      return this.refusing({ index }, 'The first key is not named after the origin.');
    }
    return new KeyHistory(key.name, recovery, [{ key, addedAt: index }], this.findings);
  }

  private added({ index, data }: KeyEntry): KeyHistory {
    const key = logKey(data['vkey']);
    const from = this.current.find((window) => window.key.vkey === data['replaces']);
    if (from === undefined)
      return this.refusing({ index }, 'It replaces a key that is not in service.');
    if (key.name !== this.origin || this.knows(key)) {
      return this.refusing(
        { index },
        'The new key has another name, or its public key was there before.',
      );
    }
    const body = handOverBody(this.origin, from.key.vkey, key.vkey);
    if (!isSigned(key, body, data['signature'])) {
      return this.refusing({ index }, 'The new key did not sign the hand-over.');
    }
    const emergency = data['recoverySignature'];
    if (emergency === undefined) return this.having([...this.windows, { key, addedAt: index }]);
    if (this.recovery === undefined || !isSigned(this.recovery, body, emergency)) {
      return this.refusing({ index }, 'The recovery key did not sign the hand-over.');
    }
    // Who found the old key's file could go on signing: its line ends where the recovery key speaks.
    const ended = this.windows.map((w) => (w === from ? { ...w, lastSize: index } : w));
    return this.having([...ended, { key, addedAt: index }]);
  }

  private retired({ index, data }: KeyEntry): KeyHistory {
    const from = this.current.find((window) => window.key.vkey === data['vkey']);
    if (from === undefined || this.current.length === 1) {
      return this.refusing({ index }, 'It retires a key that is not in service, or the only one.');
    }
    return this.having(this.windows.map((w) => (w === from ? { ...w, lastSize: index } : w)));
  }

  private compromised({ index, data }: KeyEntry): KeyHistory {
    const trustedSize = data['trustedSize'];
    const from = this.windows.find((window) => window.key.vkey === data['vkey']);
    const isSize = Number.isSafeInteger(trustedSize) && (trustedSize as number) >= 0;
    if (from?.lastSize === undefined || !isSize || (trustedSize as number) > index) {
      return this.refusing({ index }, 'It names a key still in service, or a size beyond the log.');
    }
    const lost = { ...from, trustedSize: trustedSize as number };
    return this.having(this.windows.map((w) => (w === from ? lost : w)));
  }

  private knows(key: VerifierKey): boolean {
    const known = this.windows.map((window) => window.key);
    if (this.recovery !== undefined) known.push(this.recovery);
    return known.some(({ publicKey }) => Buffer.compare(publicKey, key.publicKey) === 0);
  }

  private having(windows: readonly KeyWindow[]): KeyHistory {
    return new KeyHistory(this.origin, this.recovery, windows, this.findings);
  }

  private refusing({ index }: Pick<KeyEntry, 'index'>, detail: string): KeyHistory {
    const findings = [...this.findings, { ...handOver(detail), index }];
    return new KeyHistory(this.origin, this.recovery, this.windows, findings);
  }
}

/** @throws TieoutError `proof-invalid` */
function logKey(vkey: unknown): VerifierKey {
  const key = readVkey(typeof vkey === 'string' ? vkey : '');
  // The same public key as a witness would let one signature stand for two roles.
  return key.type === LOG_KEY ? key : readVkey('');
}

function isSigned(key: VerifierKey, body: Uint8Array, signature: unknown): boolean {
  const bytes = typeof signature === 'string' ? fromBase64(signature) : undefined;
  return bytes !== undefined && key.verify(body, bytes);
}

const nameOf = (key: VerifierKey): string => `${key.name}+${key.keyId}`;
const idOf = (line: NoteLine): string => `${line.name}+${line.keyId}`;

const handOver = (detail: string): KeyFinding => ({ code: 'key-handover', detail });

const wrongLine = (line: NoteLine, size: number): KeyFinding => ({
  code: 'checkpoint-signature',
  detail: `The signature of ${idOf(line)} at size ${size} is wrong.`,
});

const outside = (line: NoteLine, size: number, lastSize: number): KeyFinding => ({
  code: 'checkpoint-key-window',
  detail: `${idOf(line)} signs size ${size}; its last is ${lastSize}.`,
});

const unknown = (size: number): KeyFinding => ({
  code: 'checkpoint-signature',
  detail: `No key of the log signed the checkpoint of size ${size}.`,
});
