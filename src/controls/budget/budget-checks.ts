import { Inject, Injectable } from '@nestjs/common';
import { fundsFor, type FundsRead, rateIn } from '../../../projections/budgets';
import { type ReadDb, type ReadModel } from '../../../projections/read-model';
import { type CommandContext, Executor } from '../../commanding';
import { CLOCK, EXECUTOR, READ_MODEL } from '../../http';
import { parseCivilDate } from '../../kernel/civil-date';
import { fieldError, isTieoutError, TieoutError } from '../../kernel/errors';
import { addMillis } from '../../kernel/instant';
import { type JsonObject } from '../../kernel/json';
import { moneyJson, parseMoney } from '../../kernel/money';
import { type Clock, type Instant } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { type Unread } from '../checks/check-desk';
import { type FundsGap, judgeFunds, type FundsAnswer } from './availability.policy';
import { answerJson, type AnswerParts, type Reservation } from './budget-answer';
import { type BudgetCheckDto } from './budget-check.dto';
import { type Cell } from './budget-line.policy';
import { LineTurns } from './line-turns';
import {
  heldAt,
  type ReservationCommand,
  type Reservations,
  reservations,
} from './reservation.decider';
import { type ReservationEvent, type ReservationTaken } from './reservation.events';
import { convert, type Gap } from './spending.policy';

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const RESERVE_MINUTES_MAX = 168 * HOUR_MINUTES;
/** Nodes that want the same line at the same moment; within one they go one after the other. */
const ROUNDS_MAX = 16;

/** A question as it is judged: the figures of one reading, and the amount in their currency. */
interface Question {
  readonly read: FundsRead;
  readonly requested: bigint;
  readonly isConverted: boolean;
  readonly gaps: readonly Gap[];
  readonly unread: readonly Unread[];
  readonly position: string;
  readonly asOf: Instant;
}

export interface Asked {
  readonly id: string;
  readonly context: CommandContext;
  readonly by: string;
}

/** Judges whether there is a budget for an amount, and holds it where that is asked for. */
@Injectable()
export class BudgetChecks {
  private readonly turns = new LineTurns();

  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EXECUTOR) private readonly executor: Executor,
  ) {}

  /** @throws TieoutError `contract-violation`, `money-form`, `time-form` */
  answer(body: BudgetCheckDto, unread: readonly Unread[]): JsonObject {
    const question = this.ask(body, unread);
    return answerJson({ ...question, answer: judged(question, question.read.funds.reserved) });
  }

  /**
   * As `answer`, and takes the amount if it is allowed. All callers of one line append to one stream at the revision on
   * which they were judged, so that two of them never get the same euro.
   *
   * @throws TieoutError also `concurrent-change` after sixteen rounds that other nodes won
   */
  async reserve(
    body: BudgetCheckDto,
    unread: readonly Unread[],
    asked: Asked,
  ): Promise<JsonObject> {
    const minutes = minutesOf(body.reserveFor ?? '');
    const question = this.ask(body, unread);
    const { key, lineId } = question.read;
    const stream = streamName('budget-reservation', key.entity, lineId);
    return this.turns.run(stream, async () => {
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const done = await this.tryToTake(stream, { question, asked, minutes });
        if (done !== undefined) return answerJson(done);
      }
      throw new TieoutError(
        'concurrent-change',
        'The reservations of this budget keep changing. Send the same request again.',
      );
    });
  }

  /** Gives back what an answer holds. @throws TieoutError `not-found` */
  async release(
    place: { readonly entity: string; readonly line: string; readonly check: string },
    { context, by }: Pick<Asked, 'context' | 'by'>,
  ) {
    const { entity, line, check } = place;
    return this.executor.execute<ReservationCommand, ReservationEvent, Reservations>({
      stream: streamName('budget-reservation', entity, line),
      decider: reservations,
      command: { kind: 'release', released: { check, at: this.clock.now(), by } },
      context,
    });
  }

  /** @returns undefined when another node came first */
  private async tryToTake(
    stream: string,
    { question, asked, minutes }: { question: Question; asked: Asked; minutes: number },
  ): Promise<AnswerParts | undefined> {
    const { read, requested, asOf } = question;
    const { id, context, by } = asked;
    const { state, revision } = await this.executor.load(stream, reservations);
    const mine = state.taken.get(id);
    // A request that was cut off after it took the amount has it: the repeat does not ask for it twice.
    const others = mine === undefined ? state : without(state, id);
    const answer = judged(question, heldAt(others, asOf, read.consumed));
    if (mine !== undefined)
      return { ...question, ...repeated(mine, { answer, state, question, context }) };
    if (answer.decision !== 'allow') return { ...question, answer };
    const taken = {
      ...{ check: id, by, request: context.digest },
      amount: { ...moneyJson({ minor: requested, currency: read.key.currency }) },
      expiresAt: addMillis(asOf, minutes * MINUTE_MS),
      available: answer.funds.available.toString(),
    };
    try {
      await this.executor.execute<ReservationCommand, ReservationEvent, Reservations>({
        ...{ stream, decider: reservations, command: { kind: 'take', taken } },
        context: {
          ...context,
          idempotencyKey: `reserve-${context.digest.slice(0, 16)}-${id}`,
          ifMatch: revision,
        },
      });
    } catch (error) {
      if (isTieoutError(error, 'revision-conflict')) return undefined;
      throw error;
    }
    return { ...question, answer, reservation: toldOf(taken) };
  }

  private ask(body: BudgetCheckDto, unread: readonly Unread[]): Question {
    const { entity, excludes = [] } = body;
    const money = parseMoney({ ...body.amount }, '/amount');
    if (money.minor <= 0n)
      throw fieldError('contract-violation', '/amount/amount', 'an amount to spend is above zero.');
    parseCivilDate(body.date, '/date');
    const now = this.clock.now();
    const streams = excludes.map(({ type, id }) => streamName(type, entity, id));
    return this.readModel.query((db) => {
      const request = { cell: cellOf(body), currency: money.currency, now, excludes: streams };
      const read = fundsFor(db, request);
      const converted = inCurrency(db, body, read.key.currency);
      const isConverted = typeof converted === 'bigint';
      return {
        ...{ read, isConverted, unread, asOf: now, position: db.position ?? '' },
        requested: isConverted ? converted : 0n,
        gaps: isConverted ? read.gaps : [...read.gaps, converted],
      };
    });
  }
}

function cellOf({ entity, dimensions, date }: BudgetCheckDto): Cell {
  const { costCenter = '', account = '', project = '', period = date.slice(0, 7) } = dimensions;
  return { entity, costCenter, account, project, period };
}

/** The amount in the currency of the budget, by the rate of the date and of no other. */
function inCurrency(db: ReadDb, { amount, date }: BudgetCheckDto, to: string): bigint | Gap {
  const said = { value: { ...amount }, at: date, rank: 0, event: '' };
  return convert(parseMoney({ ...amount }).minor, said, to, (rate) => rateIn(db, rate));
}

function judged(question: Question, reserved: bigint): FundsAnswer {
  const { read, requested, gaps, unread } = question;
  const codes: readonly FundsGap[] = [...unread, ...gaps.map(({ kind }) => kind)];
  return judgeFunds({
    ...{ requested, rule: read.rule, state: read.state, gaps: codes },
    currency: read.key.currency,
    funds: { ...read.funds, reserved },
  });
}

/**
 * The amount was taken by this very question, whose answer was lost: what has happened since does not take it away, but
 * what has ended is not allowed again.
 *
 * @throws TieoutError `idempotency-key-reused`
 */
function repeated(
  mine: ReservationTaken,
  parts: {
    readonly answer: FundsAnswer;
    readonly state: Reservations;
    readonly question: Question;
    readonly context: CommandContext;
  },
): Pick<AnswerParts, 'answer' | 'reservation'> {
  const { answer, state, question, context } = parts;
  if (mine.request !== context.digest) {
    throw new TieoutError(
      'idempotency-key-reused',
      'This Idempotency-Key was used for another request. Take a new key for a new request.',
    );
  }
  const isHeld = mine.expiresAt > question.asOf && !state.released.has(mine.check);
  if (isHeld) return { answer: { ...answer, decision: 'allow' }, reservation: toldOf(mine) };
  return { answer: answer.decision === 'allow' ? { ...answer, decision: 'escalate' } : answer };
}

function without(state: Reservations, check: string): Reservations {
  const taken = new Map(state.taken);
  taken.delete(check);
  return { ...state, taken };
}

const toldOf = ({ amount, expiresAt }: Reservation): Reservation => ({ amount, expiresAt });

/** @throws TieoutError `contract-violation` */
function minutesOf(duration: string): number {
  const [, count = '0', unit] = /^PT(\d+)([MH])$/.exec(duration) ?? [];
  const minutes = Number(count) * (unit === 'H' ? HOUR_MINUTES : 1);
  if (minutes > RESERVE_MINUTES_MAX)
    throw fieldError('contract-violation', '/reserveFor', 'a reservation lasts at most 168 hours.');
  return minutes;
}
