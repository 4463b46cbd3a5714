import { Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type ReadModel } from '../../../projections/read-model';
import { type CommandContext, type Executed, Executor, type Loaded } from '../../commanding';
import { type LedgerStore } from '../../event-store';
import { type Caller, EXECUTOR, RANDOMNESS, READ_MODEL, STORE } from '../../http';
import { canonicalBytes } from '../../kernel/canonical-json';
import { isTieoutError } from '../../kernel/errors';
import { hex, sha256Hex } from '../../kernel/hash';
import { type Json } from '../../kernel/json';
import { type Randomness } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { check, type CheckState } from './check.decider';
import { type CheckEvent, type DecidedCheck } from './check.events';

/** What the caller has written and the views have not read. */
export type Unread = 'read_model_behind' | 'read_model_stopped';

/** One question: legal entity, and the id that its answer goes by. */
export interface CheckName {
  readonly entity: string;
  readonly id: string;
}

const KEY_BYTES = 16;
const WAIT_MS_MAX = 2_000;

/** What all checks share: a question gets a name, waits for what its caller has written, and its answer is recorded. */
@Injectable()
export class CheckDesk {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
    @Inject(STORE) private readonly store: LedgerStore,
  ) {}

  /** Token of everything recorded so far, for an answer that must leave out nothing. */
  async head(): Promise<string | undefined> {
    const head = await this.store.head();
    return head === undefined ? undefined : this.store.positions.print(head);
  }

  /** What the caller has just written may bear on the answer: without it nothing is allowed. */
  async reach(token: string | undefined): Promise<Unread[]> {
    if (this.readModel.status().state === 'stopped') return ['read_model_stopped'];
    if (token === undefined) return [];
    try {
      await this.readModel.waitFor(token, WAIT_MS_MAX);
      return [];
    } catch (error) {
      if (isTieoutError(error, 'read-model-behind')) return ['read_model_behind'];
      if (isTieoutError(error, 'read-model-stopped')) return ['read_model_stopped'];
      throw error;
    }
  }

  /**
   * Every question is a new one, also in the same words: what is recorded may have changed in between. Only one that says
   * which question it repeats is answered as before.
   */
  contextOf(
    caller: Caller,
    request: FastifyRequest,
    { body, key }: { readonly body: object; readonly key?: string | undefined },
  ): CommandContext {
    const path = request.url.split('?', 1)[0] ?? request.url;
    const question = JSON.parse(JSON.stringify(body)) as Json;
    return {
      principal: caller.client,
      actor: { id: caller.client, kind: caller.kind },
      idempotencyKey: key ?? `check-${hex(this.randomness.bytes(KEY_BYTES))}`,
      digest: sha256Hex(canonicalBytes(['POST', path, question])),
    };
  }

  idOf(context: CommandContext): string {
    return this.executor.newAggregateId(context);
  }

  /** The answer that was recorded under this name, if any. */
  load({ entity, id }: CheckName): Promise<Loaded<CheckState>> {
    return this.executor.load<DecidedCheck, CheckEvent, CheckState>(
      streamName('check', entity, id),
      check,
    );
  }

  /** Durable when it resolves; an answer that is there already stays. */
  record(
    { entity, id }: CheckName,
    command: DecidedCheck,
    context: CommandContext,
  ): Promise<Executed<CheckState>> {
    return this.executor.execute({
      stream: streamName('check', entity, id),
      decider: check,
      command,
      context,
    });
  }
}
