import { Inject, Injectable } from '@nestjs/common';
import { findPeriod, latestPeriod } from '../../../projections/close/periods.view';
import { isDefinitionInForce } from '../../../projections/reconciliation-board/definitions.view';
import { ControlRegisters } from '../../controls';
import { type CommandContext, type Executed, Executor } from '../../commanding';
import { type Caller, CLOCK, EXECUTOR } from '../../http';
import { type Clock } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { CloseBooks } from './close-books';
import { type Guard } from './guard.policy';
import { checkPeriodName, openingOf, type PriorPeriod } from './open-period';
import { period as periodDecider, type PeriodCommand } from './period.decider';
import { type OpenPeriodDto } from './period.dto';
import { type PeriodState } from './period-state.policy';

export interface PeriodName {
  readonly entity: string;
  readonly period: string;
}

export interface Call {
  readonly caller: Caller;
  readonly context: CommandContext;
}

export const periodStream = ({ entity, period }: PeriodName): string =>
  streamName('period', entity, period);

type Wish = PeriodCommand extends infer C
  ? C extends PeriodCommand
    ? Omit<C, 'by' | 'at'>
    : never
  : never;

/** Steps of a fiscal period, each decided on rows that are as new as the request. */
@Injectable()
export class PeriodDesk {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ControlRegisters) private readonly registers: ControlRegisters,
    @Inject(CloseBooks) private readonly books: CloseBooks,
  ) {}

  /** @throws TieoutError `malformed`, `contract-violation`, `guard-unmet`, `state-conflict` */
  async open(name: PeriodName, body: OpenPeriodDto, call: Call): Promise<Executed<PeriodState>> {
    checkPeriodName(name.entity, name.period);
    const opening = await this.books.atHead((db) => {
      const opened = findPeriod(db, name.entity, name.period);
      const row = opened === undefined ? latestPeriod(db, name.entity) : undefined;
      const before = row?.state.opened;
      const prior: PriorPeriod | undefined =
        row === undefined || before === undefined
          ? undefined
          : { period: row.period, opened: before };
      const isInForce = (id: string, on: string) => isDefinitionInForce(db, id, on);
      return openingOf(name.period, body, { prior, isInForce });
    });
    return this.execute(name, { kind: 'open', ...opening }, call);
  }

  /** @throws TieoutError `guard-unmet`, `state-conflict` */
  async softClose(
    name: PeriodName,
    reason: string | undefined,
    call: Call,
  ): Promise<Executed<PeriodState>> {
    const guards = await this.books.atHead((db) =>
      this.books.ofPeriod(db, name.entity, name.period).flatMap(imported),
    );
    const why = reason === undefined ? {} : { reason };
    return this.execute(name, { kind: 'soft-close', guards, ...why }, call);
  }

  async execute(
    name: PeriodName,
    wish: Wish,
    { caller, context }: Call,
  ): Promise<Executed<PeriodState>> {
    const by = await this.registers.partyWithDelegates(caller);
    const command = { ...wish, by, at: this.clock.now() } as PeriodCommand;
    return this.executor.execute({
      stream: periodStream(name),
      decider: periodDecider,
      command,
      context,
    });
  }
}

/** Of the conditions of a signature, those that say that every side is here. */
const imported = ({
  row,
  guards,
}: {
  row: { definition: string };
  guards: readonly Guard[];
}): Guard[] =>
  guards
    .filter(({ guard }) => guard === 'source-fresh' || guard === 'matched-to-cut-off')
    .map((one) => ({ ...one, detail: `${row.definition}: ${one.detail}` }));
