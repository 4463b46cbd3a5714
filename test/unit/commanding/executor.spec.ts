import { type CommandContext, Executor } from '../../../src/commanding';
import { openMemoryStore, type LedgerStore, type NewEvent } from '../../../src/event-store';
import { type Decider, type DomainEvent } from '../../../src/kernel/decider';
import { outcomeUnknown, storeUnavailable, TieoutError } from '../../../src/kernel/errors';

type Raised = DomainEvent & {
  readonly type: 'counter.raised';
  readonly data: { readonly by: number };
};

/** Raises a counter; a step of zero changes nothing, a negative one is refused. */
const counter: Decider<{ readonly by: number }, Raised, number> = {
  initial: 0,
  decide({ by }) {
    if (by < 0) throw new TieoutError('state-conflict', 'Counters go up.');
    return by === 0 ? [] : [{ type: 'counter.raised', data: { by } }];
  },
  evolve: (state, { data }) => state + data.by,
};

const STREAM = 'counter-_.one';
const clock = { now: () => '2026-11-02T08:00:00.000Z' };

const context = (key: string, more: Partial<CommandContext> = {}): CommandContext => ({
  principal: 'alice',
  actor: { id: 'alice', kind: 'person' },
  idempotencyKey: key,
  digest: 'aa'.repeat(32),
  ...more,
});

function executorOn(store: LedgerStore, waits: number[] = []): Executor {
  const sleep = async (ms: number): Promise<void> => void waits.push(ms);
  return new Executor({
    origin: 'tieout.example/acme',
    store,
    clock,
    retry: { attemptsMax: 3, sleep },
  });
}

const raise = (executor: Executor, by: number, of: CommandContext) =>
  executor.execute({ stream: STREAM, decider: counter, command: { by }, context: of });

describe('a command', () => {
  let store: LedgerStore;
  let executor: Executor;
  beforeEach(() => {
    store = openMemoryStore();
    executor = executorOn(store);
  });

  it('records what was decided, with the key it came under and the actor', async () => {
    const { state, revision, events } = await raise(executor, 2, context('k1'));
    expect({ state, revision }).toEqual({ state: 2, revision: 0n });
    expect(events[0]?.entry).toMatchObject({
      stream: STREAM,
      type: 'counter.raised',
      actor: { id: 'alice', kind: 'person' },
      source: { system: 'tieout', id: 'k1', document: 'aa'.repeat(32) },
    });
  });

  it('links each event to the leaf of the one before', async () => {
    const first = await raise(executor, 1, context('k1'));
    const second = await raise(executor, 1, context('k2'));
    expect(second.events[0]?.entry.prev).toBe(first.events[0]?.leaf);
  });

  it('answers the same request again with the first result, and records nothing', async () => {
    const first = await raise(executor, 2, context('k1'));
    await raise(executor, 5, context('k2'));
    const again = await raise(executor, 2, context('k1'));
    expect(again).toMatchObject({ replayed: true, position: first.position, revision: 0n });
    expect((await executor.load(STREAM, counter)).state).toBe(7);
  });

  it('refuses another request under a used key, also for another stream', async () => {
    await raise(executor, 2, context('k1'));
    const other = context('k1', { digest: 'bb'.repeat(32) });
    await expect(raise(executor, 3, other)).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    const elsewhere = executor.execute({
      stream: 'counter-_.two',
      decider: counter,
      command: { by: 3 },
      context: other,
    });
    await expect(elsewhere).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('refuses a change against a revision that has moved on', async () => {
    await raise(executor, 1, context('k1'));
    await raise(executor, 1, context('k2'));
    await expect(raise(executor, 1, context('k3', { ifMatch: 0n }))).rejects.toMatchObject({
      code: 'revision-conflict',
      members: { actual: '1' },
    });
  });

  it('passes a refusal of the decider on and records nothing', async () => {
    await expect(raise(executor, -1, context('k1'))).rejects.toMatchObject({
      code: 'state-conflict',
    });
    expect((await executor.load(STREAM, counter)).revision).toBe(-1n);
  });

  it('decides again when another writer was first', async () => {
    const racing = new Proxy(store, {
      get(target, name, receiver) {
        if (name !== 'append') return Reflect.get(target, name, receiver) as unknown;
        return overtakeOnce(target);
      },
    });
    const { state } = await raise(executorOn(racing), 2, context('k1'));
    expect(state).toBe(12);
  });

  /** Lets the first append lose against one that raises by ten. */
  function overtakeOnce(target: LedgerStore): LedgerStore['append'] {
    return async (stream, expected, events) => {
      if (expected === 'no-stream') await raise(executor, 10, context('other'));
      return target.append(stream, expected, events);
    };
  }

  it('sends the same bytes again while the outcome is not known, and records them once', async () => {
    const sent: (readonly NewEvent[])[] = [];
    const waits: number[] = [];
    const flaky = failing(store, sent, [
      outcomeUnknown(STREAM),
      storeUnavailable('timeout', 'slow'),
    ]);
    const { state } = await raise(executorOn(flaky, waits), 2, context('k1'));
    expect(state).toBe(2);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map((events) => Buffer.from(events[0]!.entry).toString())).size).toBe(1);
    expect(waits).toEqual([50, 100]);
  });

  it('keeps an outcome open when the store is away after it was unknown', async () => {
    const away = Array.from({ length: 8 }, () => storeUnavailable('connect', 'away'));
    const flaky = failing(store, [], [outcomeUnknown(STREAM), ...away]);
    await expect(raise(executorOn(flaky), 2, context('k1'))).rejects.toMatchObject({
      code: 'outcome-unknown',
    });
  });

  /** Stores every append and then loses the answer, as often as there are errors. */
  function failing(
    target: LedgerStore,
    sent: (readonly NewEvent[])[],
    errors: TieoutError[],
  ): LedgerStore {
    return new Proxy(target, {
      get(inner, name, receiver) {
        if (name !== 'append') return Reflect.get(inner, name, receiver) as unknown;
        const append: LedgerStore['append'] = async (stream, expected, events) => {
          sent.push(events);
          const result = await inner.append(stream, expected, events);
          const error = errors.shift();
          if (error !== undefined) throw error;
          return result;
        };
        return append;
      },
    });
  }
});
