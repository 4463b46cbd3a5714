import { Inject, Injectable } from '@nestjs/common';
import {
  approvedValidities,
  registersIn,
  ruleBookIn,
  survivorsIn,
} from '../../../projections/control-registers';
import { type ReadModel } from '../../../projections/read-model';
import { type CommandContext, type Executed, Executor } from '../../commanding';
import { type Caller, CLOCK, EXECUTOR, PSEUDONYMS, READ_MODEL } from '../../http';
import { type CivilDate } from '../../kernel/civil-date';
import { type JsonObject } from '../../kernel/json';
import { type Clock } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { type Pseudonyms } from '../../privacy';
import { account } from '../account.decider';
import { periodsInForce } from '../account.policy';
import { type Party, partyAt } from '../party.policy';
import { isInForce, type Registers } from '../registers.policy';
import { type Decider } from './register.events';
import {
  inForceOf,
  type RegisterCommand,
  registerOf,
  type RegisterState,
  waitingOf,
} from './register.decider';
import { checkNeighbours, type Neighbours } from './register-conflicts.policy';
import { type Vocabulary, vocabularyOn } from './vocabulary.policy';
import { type RegisterKind } from './register-kinds.policy';

/** One entry of a register. */
export interface EntryName {
  readonly kind: RegisterKind;
  readonly id: string;
}

export interface Proposal {
  readonly entry: JsonObject;
  /** number that the caller gives it; without it the next one */
  readonly version?: number;
  /** states the whole entry, whatever is in the register: what a file says */
  readonly replaces?: boolean;
}

/** What proposals are held against. */
export interface RegisterReading {
  readonly neighbours: Neighbours;
  readonly words: Vocabulary;
}

interface ProposalCall {
  readonly caller: Caller;
  readonly context: CommandContext;
  readonly reading?: RegisterReading;
}

export type Decision = Exclude<RegisterCommand['kind'], 'propose'>;

/** Proposals and decisions about the registers of the controls. */
@Injectable()
export class ControlRegisters {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PSEUDONYMS) private readonly pseudonyms: Pseudonyms,
  ) {}

  /**
   * @throws TieoutError `contract-violation`, `state-conflict`, `version-exists`, `precondition-required` and those of
   *   the executor
   */
  async propose(
    name: EntryName,
    proposal: Proposal,
    { caller, context, reading = this.reading() }: ProposalCall,
  ): Promise<Executed<RegisterState>> {
    const entry = this.opaque(name, checked(name, proposal, reading));
    const by = await this.partyWithDelegates(caller);
    const isBlind = context.ifMatch === undefined && proposal.replaces !== true;
    const command = this.commandOf({ ...proposal, entry }, { by, isBlind });
    const decider = registerOf(name.kind, reading.words);
    return this.executor.execute({ stream: streamOf(name), decider, command, context });
  }

  /**
   * Whether a proposal would be recorded; false when the entry says so already. Names of accounts are not made opaque by
   * a question.
   *
   * @throws TieoutError as `propose`
   */
  async preview(
    name: EntryName,
    proposal: Proposal,
    { caller, reading }: Pick<ProposalCall, 'caller'> & { readonly reading: RegisterReading },
  ): Promise<boolean> {
    const entry = checked(name, proposal, reading);
    const decider = registerOf(name.kind, reading.words);
    const { state } = await this.executor.load(streamOf(name), decider);
    const by = await this.partyWithDelegates(caller);
    return (
      decider.decide(this.commandOf({ ...proposal, entry }, { by, isBlind: false }), state).length >
      0
    );
  }

  /** What proposals are held against; many in a row may share one. */
  reading(): RegisterReading {
    const neighbours = this.neighbours();
    const today = neighbours.registers.asOf.slice(0, 10);
    return { neighbours, words: vocabularyOn(today, neighbours.book) };
  }

  private commandOf(
    { entry, version }: Proposal,
    { by, isBlind }: { readonly by: Party; readonly isBlind: boolean },
  ): RegisterCommand {
    const command = { kind: 'propose', entry, isBlind, by, at: this.clock.now() } as const;
    return version === undefined ? command : { ...command, version };
  }

  /** @throws TieoutError `same-person`, `state-conflict` and those of the executor */
  async decide(
    name: EntryName,
    decision: { readonly kind: Decision; readonly note?: string; readonly version?: number },
    { caller, context }: { readonly caller: Caller; readonly context: CommandContext },
  ): Promise<Executed<RegisterState>> {
    const by = await this.partyWithDelegates(caller);
    if (decision.kind === 'approve') await this.checkWaiting(name);
    const command = { ...decision, by, at: this.clock.now() };
    const decider = registerOf(name.kind);
    return this.executor.execute({ stream: streamOf(name), decider, command, context });
  }

  private opaque({ kind, id: system }: EntryName, entry: JsonObject): JsonObject {
    const names = (accounts: readonly string[]) =>
      accounts.map((account) => ({ system, account, kind: 'person' }) as const);
    return kind.opaque?.(entry, (accounts) => this.pseudonyms.ofAll(names(accounts))) ?? entry;
  }

  /** What was fine when it was proposed may not be any more. */
  private async checkWaiting({ kind, id }: EntryName): Promise<void> {
    const { state } = await this.executor.load(streamOf({ kind, id }), registerOf(kind));
    const waiting = waitingOf(state);
    if (waiting !== undefined)
      checkNeighbours(kind, { id, entry: waiting.entry }, this.neighbours());
  }

  /** In UTC. */
  today(): CivilDate {
    return this.clock.now().slice(0, 10);
  }

  /** The registers as approved now. */
  registers(): Registers {
    return this.neighbours().registers;
  }

  private neighbours(): Neighbours {
    const asOf = this.clock.now();
    return this.readModel.query((db) => ({
      registers: registersIn(db, { asOf }),
      survivorOf: survivorsIn(db),
      book: ruleBookIn(db),
      versionsOf: (type) => approvedValidities(db, type),
    }));
  }

  /** The person behind a client, when the register of accounts names one: two clients of one person are one. */
  async partyOf({ client }: Caller): Promise<Decider> {
    const { state } = await this.executor.load(streamName('account', '_', client), account);
    const now = this.clock.now();
    const period = periodsInForce(state.mappings).find(({ validFrom, validTo }) =>
      isInForce({ from: validFrom, ...(validTo === undefined ? {} : { to: validTo }) }, now),
    );
    return { client, ...(period?.person === undefined ? {} : { person: period.person }) };
  }

  /** The same with everybody who counts as one with that person now: delegates and those they act for. */
  async partyWithDelegates(caller: Caller): Promise<Party> {
    return partyAt(await this.partyOf(caller), this.registers(), this.clock.now());
  }
}

function checked(
  { kind, id }: EntryName,
  { entry }: Proposal,
  { neighbours, words }: RegisterReading,
): JsonObject {
  kind.check(entry, words);
  checkNeighbours(kind, { id, entry }, neighbours);
  return entry;
}

export const streamOf = ({ kind, id }: EntryName): string => streamName(kind.type, '_', id);

/** An entry as the API shows it: what is in force, what waits. */
export function shown({ id }: EntryName, state: RegisterState): object {
  const [inForce, waiting] = [inForceOf(state), waitingOf(state)];
  const of = ({ version, entry, by }: NonNullable<typeof inForce>) => ({ version, entry, by });
  return {
    id,
    ...(inForce === undefined ? {} : { inForce: of(inForce) }),
    ...(waiting === undefined ? {} : { pending: of(waiting) }),
  };
}
