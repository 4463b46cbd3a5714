import { Inject, Injectable } from '@nestjs/common';
import { closedAfter } from '../../../projections/close/periods.view';
import { type Executed, Executor } from '../../commanding';
import { EXECUTOR } from '../../http';
import { type Instant } from '../../kernel/runtime';
import { CloseBooks } from './close-books';
import { type ReopeningScope } from './period.events';
import { type Call, PeriodDesk, type PeriodName } from './period-desk';
import { type PeriodState } from './period-state.policy';

export interface ReopeningWish {
  readonly reason: string;
  readonly scope: ReopeningScope;
  readonly expiresAt: Instant;
  readonly laterPeriods: 'reopen' | 'carry';
}

/** Reopening under two persons. Closed periods after the reopened one are reopened with it, newest first, where asked. */
@Injectable()
export class ReopeningDesk {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(PeriodDesk) private readonly desk: PeriodDesk,
    @Inject(CloseBooks) private readonly books: CloseBooks,
  ) {}

  /** @throws TieoutError `state-conflict`, `contract-violation` */
  async request(
    name: PeriodName,
    wish: ReopeningWish,
    call: Call,
  ): Promise<{ readonly request: string; readonly executed: Executed<PeriodState> }> {
    const request = this.executor.newAggregateId(call.context);
    const command = { kind: 'request-reopening' as const, request, ...wish };
    const executed = await this.desk.execute(name, command, call);
    if (wish.laterPeriods === 'reopen')
      for (const later of await this.later(name))
        await this.desk.execute(later, command, suffixed(call, later));
    return { request, executed };
  }

  /** @throws TieoutError `same-person`, `state-conflict`, `not-found` */
  async approve(name: PeriodName, request: string, call: Call): Promise<Executed<PeriodState>> {
    const command = { kind: 'approve-reopening' as const, request };
    for (const later of await this.later(name, request))
      await this.desk.execute(later, command, suffixed(call, later));
    return this.desk.execute(name, command, call);
  }

  async reject(
    name: PeriodName,
    { id, reason }: { readonly id: string; readonly reason: string | undefined },
    call: Call,
  ): Promise<Executed<PeriodState>> {
    const why = reason === undefined ? {} : { reason };
    const command = { kind: 'reject-reopening' as const, request: id, ...why };
    for (const later of await this.later(name, id))
      await this.desk.execute(later, command, suffixed(call, later));
    return this.desk.execute(name, command, call);
  }

  /** Closed periods after this one, newest first; with a request, those that it was made for. */
  private later({ entity, period }: PeriodName, request?: string): Promise<readonly PeriodName[]> {
    return this.books.atHead((db) =>
      closedAfter(db, entity, period)
        .filter(
          ({ state }) =>
            request === undefined || state.requests.some((one) => one.request === request),
        )
        .map((row) => ({ entity: row.entity, period: row.period })),
    );
  }
}

/** One request moves several streams; each has an idempotency key of its own, which a repeat makes again. */
const suffixed = (call: Call, { period }: PeriodName): Call => {
  const { principal, actor, digest, idempotencyKey } = call.context;
  const context = { principal, actor, digest, idempotencyKey: `${idempotencyKey}/${period}` };
  return { ...call, context };
};
