import { existsSync } from 'node:fs';
import { isTieoutError, notFound, TieoutError } from '../kernel/errors';
import { addMillis } from '../kernel/instant';
import { type Clock, type Randomness } from '../kernel/runtime';
import { streamName } from '../kernel/stream-name';
import { type CommandContext, type Executed, type Executor } from '../commanding';
import { KEYS_STREAM } from './founding-names';
import { type KeyHistory } from './key-history';
import { keyRotation, type KeyRotationState } from './key-rotation.decider';
import { loadSigner } from './key-file';
import { handOverOf, writeKey } from './keys';
import { logKeys } from './log-keys.decider';
import { type Signer } from './signer';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** What a log says of its keys now. */
export interface LogKeys {
  history(): KeyHistory;
}

export interface KeyChangeOptions {
  readonly executor: Executor;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly keys: LogKeys;
  /** private key file of the log; a new key goes into a file beside it */
  readonly keyFile: string;
  /** told of each event of the keys' stream that this made */
  readonly onKeyEvent?: () => void;
}

/** Changes the log's key: asked for by one person, approved by another, in overlap with the old one. */
export class KeyChange {
  constructor(private readonly options: KeyChangeOptions) {}

  /** @throws TieoutError `state-conflict` while two keys are in service */
  async request(
    context: CommandContext,
    asked: { readonly reason: string; readonly overlapDays: number },
  ): Promise<Executed<KeyRotationState> & { readonly id: string }> {
    const { executor, keys } = this.options;
    const id = executor.newAggregateId(context);
    const [current, ...others] = keys.history().current;
    if (current === undefined || others.length > 0) {
      throw new TieoutError(
        'state-conflict',
        'Two keys are in service. Wait until the older one is retired, or retire it.',
      );
    }
    const request = { replaces: current.key.vkey, ...asked, by: context.principal };
    const command = { kind: 'request', request } as const;
    const executed = await executor.execute({
      ...{ stream: rotationStream(id), decider: keyRotation },
      ...{ command, context },
    });
    return { ...executed, id };
  }

  /**
   * Approves, makes the new key and announces it. Sent again after a failure it goes on where it stopped.
   *
   * @returns vkey of the new key
   * @throws TieoutError `not-found`, `same-person`, `state-conflict`
   */
  async approve(
    id: string,
    context: CommandContext,
  ): Promise<Executed<KeyRotationState> & { readonly vkey: string }> {
    const { executor } = this.options;
    const stream = rotationStream(id);
    const command = { kind: 'approve', by: context.principal } as const;
    const approved = await executor.execute({ stream, decider: keyRotation, command, context });
    const vkey = await this.announce(id);
    this.options.onKeyEvent?.();
    return { ...approved, vkey };
  }

  /** Retires keys whose overlap is over. */
  async retireDue(): Promise<void> {
    const { executor, clock } = this.options;
    const { events } = await executor.load(KEYS_STREAM, logKeys);
    const now = clock.now();
    for (const { entry } of events) {
      const { replaces, replacedUntil } = entry.data;
      if (entry.type !== 'ledger.key-added' || typeof replacedUntil !== 'string') continue;
      if (replacedUntil > now || typeof replaces !== 'string') continue;
      const key = { vkey: replaces, reason: 'the overlap is over' };
      await executor.execute({
        ...{ stream: KEYS_STREAM, decider: logKeys, command: { kind: 'retire', key } },
        context: { process: 'key-retirement', causingEventId: entry.id, n: 0 },
      });
      this.options.onKeyEvent?.();
    }
  }

  private async announce(id: string): Promise<string> {
    const { executor, clock, keys } = this.options;
    const { state, events } = await executor.load(rotationStream(id), keyRotation);
    const { request, approvedBy } = state;
    const approval = events.at(-1);
    if (request === undefined || approvedBy === undefined || approval === undefined) {
      throw notFound(`The key rotation ${id}`);
    }
    const signer = this.newKey(id);
    const { replaces } = request;
    const key = {
      ...handOverOf({ origin: keys.history().origin, replaces, signer }),
      requestedBy: request.by,
      approvedBy,
      replacedUntil: addMillis(clock.now(), request.overlapDays * DAY_MS),
    };
    await executor.execute({
      ...{ stream: KEYS_STREAM, decider: logKeys, command: { kind: 'add', key } },
      context: { process: 'key-rotation', causingEventId: approval.entry.id, n: 0 },
      causation: approval.entry.id,
    });
    return signer.vkey;
  }

  /** The key of this rotation: made at the first try, found at the next. */
  private newKey(id: string): Signer {
    const { keyFile, randomness, keys } = this.options;
    const { origin } = keys.history();
    const path = `${keyFile}.${id.slice(0, 8)}`;
    if (existsSync(path)) return loadSigner(path, origin);
    try {
      writeKey(path, origin, randomness);
      return loadSigner(path, origin);
    } catch (error) {
      if (!isTieoutError(error, 'configuration')) throw error;
      throw new TieoutError('state-conflict', `No key can be made here: ${error.message}`);
    }
  }
}

export const rotationStream = (id: string): string => streamName('key-rotation', '_', id);
