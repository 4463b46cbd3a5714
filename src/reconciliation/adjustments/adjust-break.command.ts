import { type CivilDate } from '../../kernel/civil-date';
import { notFound } from '../../kernel/errors';
import { type Clock } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { type Executed, type Executor } from '../../commanding';
import { type Deciding } from '../breaks/work-on-break.command';
import {
  type AdjustmentCommand,
  adjustments,
  type AdjustmentState,
  type KnownAdjustment,
  type ProposedEntry,
} from './adjustment.decider';
import { type AdjustmentPosted } from './adjustment.events';
import { type AdjustmentReader } from './adjustment-reader';

/** A posting as the ERP reports it; without an object it is a journal entry under its reference. */
export interface ReportedPosting {
  readonly reference: string;
  readonly postedOn: CivilDate;
  readonly object?: AdjustmentPosted['object'] | undefined;
}

export interface DecidedAdjustment {
  readonly id: string;
  readonly adjustment: KnownAdjustment;
  readonly executed: Executed<AdjustmentState>;
}

/** Proposes, approves, rejects and follows adjustments of breaks. */
export class Adjustments {
  constructor(
    private readonly deps: {
      readonly executor: Executor;
      readonly reader: AdjustmentReader;
      readonly clock: Clock;
    },
  ) {}

  /** @throws TieoutError `not-found`, `authority-exceeded`, `contract-violation`, `state-conflict`, `too-large` */
  async propose(
    breakId: string,
    entry: ProposedEntry,
    deciding: Deciding,
  ): Promise<DecidedAdjustment> {
    const { reader, executor } = this.deps;
    await reader.reachHead();
    const item = reader.adjustable(breakId);
    if (item === undefined) throw notFound(`The break ${breakId}`);
    const id = executor.newAggregateId(deciding.context);
    const rules = reader.rulesOf(item.definition);
    const command = { kind: 'propose', id, item, rules, entry } as const;
    return this.execute(item, command, deciding);
  }

  /** @throws TieoutError `not-found`, `same-person`, `authority-exceeded`, `state-conflict` */
  async approve(id: string, deciding: Deciding): Promise<DecidedAdjustment> {
    const { reader } = this.deps;
    const place = await this.placeOf(id);
    const item = reader.adjustable(place.break);
    if (item === undefined) throw notFound(`The break ${place.break}`);
    const rules = reader.rulesOf(place.definition);
    return this.execute(place, { kind: 'approve', id, item, rules }, deciding);
  }

  /** @throws TieoutError `not-found`, `state-conflict` */
  async reject(id: string, reason: string, deciding: Deciding): Promise<DecidedAdjustment> {
    return this.execute(await this.placeOf(id), { kind: 'reject', id, reason }, deciding);
  }

  /** @throws TieoutError `not-found`, `state-conflict` */
  async posted(
    id: string,
    { reference, postedOn, object }: ReportedPosting,
    deciding: Deciding,
  ): Promise<DecidedAdjustment> {
    const place = await this.placeOf(id);
    const entity = this.deps.reader.adjustable(place.break)?.entity ?? '_';
    const journal = { type: 'journal-entry', entity, id: reference };
    const command = { kind: 'post', id, reference, postedOn, object: object ?? journal } as const;
    return this.execute(place, command, deciding);
  }

  private async placeOf(id: string) {
    await this.deps.reader.reachHead();
    const place = this.deps.reader.adjustment(id);
    if (place === undefined) throw notFound(`The adjustment ${id}`);
    return place;
  }

  private async execute(
    { definition, period }: { readonly definition: string; readonly period: string },
    command: AdjustmentCommand extends infer C
      ? C extends AdjustmentCommand
        ? Omit<C, 'by' | 'at'>
        : never
      : never,
    { by, context }: Deciding,
  ): Promise<DecidedAdjustment> {
    const { executor, clock } = this.deps;
    const executed = await executor.execute({
      stream: streamName('adjustment', '_', `${definition}.${period}`),
      decider: adjustments,
      command: { ...command, by, at: clock.now() },
      context,
    });
    const adjustment = executed.state.known.get(command.id);
    if (adjustment === undefined) throw notFound(`The adjustment ${command.id}`);
    return { id: command.id, adjustment, executed };
  }
}
