import { join } from 'node:path';
import { type CommandContext, Executor } from '../../src/commanding';
import { indexOfPosition, openSqliteStore, type SqliteStore } from '../../src/event-store/sqlite';
import { decodeEntry, type Entry } from '../../src/kernel/entry';
import { commandEventId, commandId } from '../../src/kernel/ids';
import { openSideRows, type Privacy } from '../../src/privacy';
import { ErasureRequests, type ErasureWish } from '../../src/privacy/erasure-requests';
import { Erasures, type RecordedErasure, type Register } from '../../src/privacy/erasures';
import { Holds } from '../../src/privacy/holds';
import { OneAtATime } from '../../src/privacy/one-at-a-time';
import { type HoldScope } from '../../src/privacy/privacy.events';
import { type SideStore } from '../../src/privacy/side-store';
import { PrivacyCheck, type PrivacyResult } from '../../src/sealing';
import { KEK, openPrivacyIn } from './privacy';
import { SAMPLE_ORIGIN } from './sample-log';
import { Scribe } from './scribe';

/** A moment of an erasure at which a test may end the process or fail a call. */
export type Moment =
  'approved' | 'recorded' | 'removed' | 'cleared' | 'before-remove' | 'before-clear';

/** The register as the log itself tells it. */
class LogRegister implements Register {
  private readonly erasures: RecordedErasure[] = [];
  private open = new Map<string, string>();

  constructor(private readonly store: SqliteStore) {}

  async settle(): Promise<void> {
    this.erasures.length = 0;
    this.open = new Map();
    for await (const { entry, stream, revision, position } of this.store.readAll()) {
      const { type, data } = decodeEntry(entry);
      const id = data['erasure'] as string;
      if (type === 'privacy.erasure-approved') this.open.set(id, stream);
      if (type === 'privacy.erasure-deferred' || data['isLast'] === true) this.open.delete(id);
      if (type !== 'privacy.erased') continue;
      this.erasures.push({ index: indexOfPosition(position), stream, revision: Number(revision) });
    }
  }

  erasureEventsAfter(index: number): readonly RecordedErasure[] {
    return this.erasures.filter((erasure) => erasure.index > index);
  }

  approved(): readonly { readonly id: string; readonly stream: string }[] {
    return [...this.open].map(([id, stream]) => ({ id, stream }));
  }

  lastActAt(): undefined {
    return undefined;
  }

  actsWithin(): boolean {
    return false;
  }
}

/** Over all openings of a folder: a key is never taken twice. */
let commands = 0;

/** The parts that erase, on a real store and a real side store in one folder, without the service around them. */
export class ErasureParts {
  readonly reported: string[] = [];

  private constructor(
    readonly folder: string,
    readonly store: SqliteStore,
    readonly privacy: Privacy,
    readonly erasures: Erasures,
    private readonly requests: ErasureRequests,
    private readonly holds: Holds,
    private readonly scribe: Scribe,
  ) {}

  /** @param at told of each moment as it comes */
  static async open(
    folder: string,
    at: (moment: Moment) => void = () => {},
  ): Promise<ErasureParts> {
    const store = await openSqliteStore({ folder, ledger: 'main', mode: 'inline' });
    const privacy = openPrivacyIn(folder, { seed: `${folder}${Math.random()}` });
    const clock = { now: () => '2026-01-06T08:00:00.000Z' };
    const executor = new Executor({
      origin: SAMPLE_ORIGIN,
      store,
      clock,
      retry: { attemptsMax: 2, sleep: async () => {} },
    });
    const watched = watchedExecutor(executor, at);
    const sideStore = watchedSideStore(privacy.sideStore, at);
    const [log, turns, register] = [store, new OneAtATime(), new LogRegister(store)];
    const reported: string[] = [];
    const report = (what: string): void => void reported.push(what);
    const deps = { executor: watched, log, sideStore, register, clock, turns, report };
    const parts = new ErasureParts(
      folder,
      store,
      privacy,
      new Erasures(deps),
      new ErasureRequests({ executor, log, sideStore, erasedBy: () => undefined }),
      new Holds({ executor, log, sideStore, turns }),
      new Scribe(store),
    );
    reported.push = (...items) => parts.reported.push(...items);
    return parts;
  }

  /** Records an event of an account with a reason and an IBAN; @returns its entry */
  async record(invoice: string, account: string): Promise<Entry> {
    const { pseudonyms, personalValues } = this.privacy;
    const subject = pseudonyms.of('erp-de', account, 'person');
    const event = {
      stream: `invoice-E_DE.${invoice}`,
      type: 'invoice.received',
      occurredAt: '2026-01-05T09:00:00.000Z',
      data: {},
      actor: { id: subject, kind: 'person' },
      source: { system: 'erp-de', id: invoice },
    } as const;
    const commitments = personalValues.commit(Scribe.idOf(event), [
      { pointer: '/data/reason', value: `reason of ${account}`, subject },
      { pointer: '/data/personal/payeeIban', value: `DE${invoice}` },
    ]);
    const [entry] = await this.scribe.write({ ...event, commitments });
    return entry as Entry;
  }

  /** Records events of one object and one account, each with a reason. */
  async recordMany(count: number, account: string): Promise<void> {
    const subject = this.privacy.pseudonyms.of('erp-de', account, 'person');
    const events = Array.from({ length: count }, (_, n) => ({
      stream: 'invoice-E_DE.MANY',
      type: 'invoice.received',
      occurredAt: '2026-01-05T09:00:00.000Z',
      data: {},
      actor: { id: subject, kind: 'person' } as const,
      source: { system: 'erp-de', id: `many-${n}` },
    }));
    const made = this.privacy.personalValues.commitAll(
      events.map((event) => ({
        eventId: Scribe.idOf(event),
        values: [{ pointer: '/data/reason', value: 'the same', subject }],
      })),
    );
    const all = events.map((event, i) => ({ ...event, commitments: made[i] ?? {} }));
    for (let i = 0; i < all.length; i += 500)
      await this.scribe.writeTogether(all.slice(i, i + 500));
  }

  async ask(wish: Omit<ErasureWish, 'legalBasis'>): Promise<string> {
    const context = this.context('asker');
    const id = idOf(context);
    await this.requests.request(id, { ...wish, legalBasis: 'GDPR Art. 17' }, context);
    return id;
  }

  approve(id: string, by = 'approver') {
    return this.erasures.approve(id, this.context(by));
  }

  async hold(scope: HoldScope): Promise<string> {
    const context = this.context('asker');
    const hold = idOf(context);
    await this.holds.place(
      { hold, scope, reason: 'case', authority: 'court', by: 'asker' },
      context,
    );
    return hold;
  }

  async release(hold: string): Promise<void> {
    const [asker, approver] = [this.context('asker'), this.context('approver')];
    await this.holds.change({ kind: 'release', hold, by: 'asker', reason: 'over' }, asker);
    await this.holds.change({ kind: 'approve-release', hold, by: 'approver' }, approver);
  }

  async entries(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const { entry } of this.store.readAll()) entries.push(decodeEntry(entry));
    return entries;
  }

  /** Step 8 of a full check, as an auditor with the key would run it. */
  async checked(): Promise<PrivacyResult> {
    const rows = openSideRows(join(this.folder, 'privacy.db'), KEK);
    const check = new PrivacyCheck();
    for (const [index, entry] of (await this.entries()).entries())
      check.entry(entry, index, (id) => rows.rowsOf(id));
    rows.close();
    return check.end();
  }

  async close(): Promise<void> {
    await this.store.close();
    this.privacy.close();
  }

  private context(principal: string): CommandContext {
    commands += 1;
    const idempotencyKey = `${process.pid}-${commands}`;
    const actor = { id: principal, kind: 'person' } as const;
    return { principal, actor, idempotencyKey, digest: '00'.repeat(32) };
  }
}

function idOf({ principal, idempotencyKey }: CommandContext): string {
  return commandEventId(commandId(SAMPLE_ORIGIN, principal, idempotencyKey), 0);
}

function watchedExecutor(executor: Executor, at: (moment: Moment) => void): Executor {
  const execute: Executor['execute'] = async (request) => {
    const executed = await executor.execute(request);
    const types = executed.events.map(({ entry }) => entry.type);
    if (types.includes('privacy.erasure-approved')) at('approved');
    if (types.includes('privacy.erased')) at('recorded');
    return executed;
  };
  return Object.assign(Object.create(executor) as Executor, { execute });
}

function watchedSideStore(sideStore: SideStore, at: (moment: Moment) => void): SideStore {
  const remove: SideStore['remove'] = (removal) => {
    at('before-remove');
    sideStore.remove(removal);
    at('removed');
  };
  const clearTraces = (): void => {
    at('before-clear');
    sideStore.clearTraces();
    at('cleared');
  };
  return Object.assign(Object.create(sideStore) as SideStore, { remove, clearTraces });
}
