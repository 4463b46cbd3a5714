import { isTieoutError, notFound } from '../../kernel/errors';
import { type Party } from '../../kernel/party';
import { type Clock } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { type CommandContext, type Executed, type Executor } from '../../commanding';
import { derivedId } from '../matching/ids';
import { breakWork, type BreakState, type BreakWish } from './break.decider';
import { type BreakReader } from './break-reader';

export interface Deciding {
  readonly by: Party;
  readonly context: CommandContext;
}

/** What became of one break of a bulk decision. */
export interface BulkItem {
  readonly id: string;
  readonly result: 'assigned' | 'refused';
  readonly error?: { readonly code: string; readonly detail: string };
}

export const breakStream = (id: string): string => streamName('break', '_', id);

/** Bulk decisions are recorded break by break; so many of them wait for the store together. */
const TOGETHER = 25;
const ATTEMPTS_MAX = 3;

/** Decisions of persons on breaks. */
export class BreakWork {
  constructor(
    private readonly deps: {
      readonly executor: Executor;
      readonly reader: BreakReader;
      readonly clock: Clock;
    },
  ) {}

  /** @throws TieoutError `not-found`, `state-conflict`, `same-person`, `precondition-required`, `concurrent-change` */
  async decide(id: string, wish: BreakWish, deciding: Deciding): Promise<Executed<BreakState>> {
    await this.deps.reader.reachHead();
    return this.decideNow(id, wish, deciding);
  }

  /** Each break for itself: one that is refused takes no other along. */
  async assignMany(
    ids: readonly string[],
    wish: Extract<BreakWish, { kind: 'assign' }>,
    deciding: Deciding,
  ): Promise<readonly BulkItem[]> {
    await this.deps.reader.reachHead();
    const items: BulkItem[] = [];
    for (let at = 0; at < ids.length; at += TOGETHER) {
      const slice = ids.slice(at, at + TOGETHER);
      items.push(...(await Promise.all(slice.map((id) => this.assignOne(id, wish, deciding)))));
    }
    return items;
  }

  private async assignOne(
    id: string,
    wish: Extract<BreakWish, { kind: 'assign' }>,
    { by, context }: Deciding,
  ): Promise<BulkItem> {
    const idempotencyKey = derivedId('bulk-item', context.idempotencyKey, id);
    try {
      await this.decideNow(id, wish, { by, context: { ...context, idempotencyKey } });
      return { id, result: 'assigned' };
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      return { id, result: 'refused', error: { code: error.code, detail: error.message } };
    }
  }

  private async decideNow(
    id: string,
    wish: BreakWish,
    { by, context }: Deciding,
  ): Promise<Executed<BreakState>> {
    const { executor, reader, clock } = this.deps;
    for (let attempt = 1; ; attempt += 1) {
      const facts = reader.break(id);
      if (facts === undefined) throw notFound(`The break ${id}`);
      const isGuarded = context.ifMatch !== undefined;
      try {
        return await executor.execute({
          stream: breakStream(id),
          decider: breakWork,
          command: { wish, facts, by, at: clock.now(), isGuarded },
          context,
        });
      } catch (error) {
        if (attempt === ATTEMPTS_MAX || !isTieoutError(error, 'concurrent-change')) throw error;
        await reader.reachHead();
      }
    }
  }
}
