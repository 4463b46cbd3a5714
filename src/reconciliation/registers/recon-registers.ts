import { Inject, Injectable } from '@nestjs/common';
import { registerVersions } from '../../../projections/reconciliation-board/recon-registers';
import { type ReadModel } from '../../../projections/read-model';
import { type CommandContext, type Executed, Executor } from '../../commanding';
import {
  ControlRegisters,
  inForceOf,
  registerOf,
  type RegisterState,
  waitingOf,
} from '../../controls';
import { type Caller, CLOCK, EXECUTOR, READ_MODEL } from '../../http';
import { notFound } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type Clock } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { type ReconRegisterKind } from './register-kinds.policy';

/** One entry of a register: materiality of an entity's period, rules of a definition's breaks. */
export interface ReconEntry {
  readonly kind: ReconRegisterKind;
  readonly entity: string;
  readonly id: string;
}

export interface RegisterCall {
  readonly caller: Caller;
  readonly context: CommandContext;
}

/** What reconciliations are judged by: proposed by one person, approved by another, every version kept. */
@Injectable()
export class ReconRegisters {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ControlRegisters) private readonly parties: ControlRegisters,
  ) {}

  /** @throws TieoutError `contract-violation`, `money-form`, `precondition-required` and those of the executor */
  async propose(
    name: ReconEntry,
    entry: JsonObject,
    { caller, context }: RegisterCall,
  ): Promise<Executed<RegisterState>> {
    const by = await this.parties.partyWithDelegates(caller);
    const isBlind = context.ifMatch === undefined;
    return this.executor.execute({
      stream: streamOf(name),
      decider: registerOf(name.kind),
      command: { kind: 'propose', entry, by, isBlind },
      context,
    });
  }

  /** @throws TieoutError `same-person`, delegates included; `state-conflict` and those of the executor */
  async decide(
    name: ReconEntry,
    decision: { readonly kind: 'approve' | 'reject'; readonly note?: string },
    { caller, context }: RegisterCall,
  ): Promise<Executed<RegisterState>> {
    const by = await this.parties.partyWithDelegates(caller);
    const command = { ...decision, by, at: this.clock.now() };
    return this.executor.execute({
      stream: streamOf(name),
      decider: registerOf(name.kind),
      command,
      context,
    });
  }

  /** @throws TieoutError `not-found` */
  async read(name: ReconEntry): Promise<{ readonly revision: bigint; readonly shown: object }> {
    const loaded = await this.executor.load(streamOf(name), registerOf(name.kind));
    if (loaded.revision < 0n) throw notFound(`The ${name.kind.noun} ${name.id}`);
    const { kind, entity, id } = name;
    const versions = this.readModel.query((db) =>
      registerVersions(db, { type: kind.type, entity, id }),
    );
    return { revision: loaded.revision, shown: { ...shownEntry(name, loaded.state), versions } };
  }
}

const streamOf = ({ kind, entity, id }: ReconEntry): string => streamName(kind.type, entity, id);

/** What is in force, and what waits. */
export function shownEntry({ id }: ReconEntry, state: RegisterState): object {
  const [inForce, waiting] = [inForceOf(state), waitingOf(state)];
  const of = ({ version, entry, by }: NonNullable<typeof inForce>) => ({ version, entry, by });
  return {
    id,
    ...(inForce === undefined ? {} : { inForce: of(inForce) }),
    ...(waiting === undefined ? {} : { pending: of(waiting) }),
  };
}
