import { Inject, Injectable } from '@nestjs/common';
import { requiredOf } from '../../../projections/close/account-reconciliations';
import { type BlobStore } from '../../blob-store';
import { type CommandContext, type Executed, Executor } from '../../commanding';
import { ControlRegisters } from '../../controls';
import { BLOBS, type Caller, CLOCK, EXECUTOR } from '../../http';
import { notFound, TieoutError } from '../../kernel/errors';
import { type EarlierParty, toldBy } from '../../kernel/party';
import { type Clock } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { CloseBooks, type Judged } from '../close/close-books';
import { type SignOffLevel } from '../close/period.events';
import { isMovable, reopeningOf } from '../close/period-state.policy';
import {
  parseReconciliationId,
  reconciliationKey,
  type ReconciliationName,
} from './reconciliation-id.policy';
import { signOff } from './sign-off.decider';
import { type SignOffState } from './sign-off-state.policy';

export interface SignRequest {
  readonly level: SignOffLevel;
  readonly statement: string;
  /** the hash that the signer saw */
  readonly hash: string;
}

interface Call {
  readonly caller: Caller;
  readonly context: CommandContext;
}

export const reconciliationStream = (name: ReconciliationName): string =>
  streamName('reconciliation', name.entity, reconciliationKey(name));

/** Signatures of account reconciliations, each decided on rows that are as new as the request. */
@Injectable()
export class SignOffDesk {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(ControlRegisters) private readonly registers: ControlRegisters,
    @Inject(CloseBooks) private readonly books: CloseBooks,
  ) {}

  /** @throws TieoutError `hash-moved`, `guard-unmet`, `same-person`, `state-conflict`, `period-closed` */
  async sign(
    id: string,
    request: SignRequest,
    { caller, context }: Call,
  ): Promise<Executed<SignOffState>> {
    const judged = await this.found(id);
    const { live, row, guards } = judged;
    const { sha256, bytes } = await this.blobs.putBytes(Buffer.from(live.text, 'utf8'));
    const by = await this.registers.partyWithDelegates(caller);
    const command = {
      kind: 'sign' as const,
      ...request,
      by,
      at: this.clock.now(),
      file: { sha256, bytes },
      levels: requiredOf(row).levels,
      guards,
      refused: serviceRefused(caller) ?? this.closed(judged),
      workers: await this.workers(judged),
    };
    return this.executor.execute({ stream: streamOf(id), decider: signOff, command, context });
  }

  async reject(
    id: string,
    reason: string,
    { caller, context }: Call,
  ): Promise<Executed<SignOffState>> {
    const refused = this.closed(await this.found(id));
    const by = await this.registers.partyWithDelegates(caller);
    const command = { kind: 'reject' as const, reason, by, at: this.clock.now(), refused };
    return this.executor.execute({ stream: streamOf(id), decider: signOff, command, context });
  }

  async withdraw(
    id: string,
    { level, reason }: { readonly level: SignOffLevel; readonly reason: string },
    { caller, context }: Call,
  ): Promise<Executed<SignOffState>> {
    const refused = this.closed(await this.found(id));
    const by = await this.registers.partyWithDelegates(caller);
    const at = this.clock.now();
    const command = { kind: 'withdraw' as const, level, reason, by, at, refused };
    return this.executor.execute({ stream: streamOf(id), decider: signOff, command, context });
  }

  private found(id: string): Promise<Judged> {
    if (parseReconciliationId(id) === undefined) throw notFound(`The reconciliation ${id}`);
    return this.books.reconciliation(id);
  }

  private closed({ row, state }: Judged): TieoutError | undefined {
    const { entity, period } = row;
    if (state === undefined || !isMovable(state, row.definition)) {
      return new TieoutError(
        'period-closed',
        `Period ${period} of ${entity} is closed. Its signatures stay as they are; request its reopening to change it.`,
        { entity, period },
      );
    }
    const reopening = reopeningOf(state);
    if (reopening === undefined || reopening.expiresAt > this.clock.now()) return undefined;
    return new TieoutError(
      'state-conflict',
      `The reopening of ${period} ended at ${reopening.expiresAt}. Close the period, or request another reopening.`,
      { state: 'reopening-expired', legal: ['close', 'reopen-requests'] },
    );
  }

  /** Whoever matched its lines by hand, as the persons they are. */
  private async workers({ live }: Judged): Promise<readonly EarlierParty[]> {
    const clients = live.rows?.workers ?? [];
    return Promise.all(
      clients.map(async (client) => toldBy(await this.registers.partyOf({ client } as Caller))),
    );
  }
}

/** A signature is a person's; a service certifies by a named method or not at all. */
const serviceRefused = ({ kind, client }: Caller): TieoutError | undefined =>
  kind === 'person'
    ? undefined
    : new TieoutError(
        'same-person',
        `${client} is a service. Only a person signs, with a key of kind person.`,
        { rule: 'sign-off' },
      );

function streamOf(id: string): string {
  const name = parseReconciliationId(id);
  if (name === undefined) throw notFound(`The reconciliation ${id}`);
  return reconciliationStream(name);
}
