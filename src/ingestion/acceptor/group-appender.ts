import { isTieoutError, TieoutError, tooLarge } from '../../kernel/errors';
import { millisOf } from '../../kernel/instant';
import { type Clock, type Randomness } from '../../kernel/runtime';
import { appendWithRetry, type RetryPolicy } from '../../commanding';
import { type LedgerStore } from '../../event-store';
import { appendsOf, type Built, buildOnto, type Rejected } from './built-event';
import { type Draft } from './entry-draft';
import { type LedgerIndex } from './ledger-index';
import { headAfter, type ObjectStates } from './object-states';
import { recordedResult } from './recorded-result';
import { type StoredLeaves } from './stored-leaves';
import { type ItemResult } from './submission';

/** New events of one stream, in the order of the request. */
export interface Group {
  readonly stream: string;
  readonly drafts: readonly Draft[];
}

/** `recorded` after all: another attempt stored the id first, so it is to be looked up again. */
export type Settled = { readonly draft: Draft; readonly result: ItemResult | 'look-up-again' };

export interface GroupOptions {
  /** a request that says how much belongs together: what exceeds one append is refused whole, never parted */
  readonly oneAppend: boolean;
  readonly commitmentsOf: (id: string) => Readonly<Record<string, string>> | undefined;
}

export interface AppenderDependencies {
  readonly store: LedgerStore;
  readonly states: ObjectStates;
  readonly leaves: StoredLeaves;
  readonly ledgerIndex: LedgerIndex;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly retry: RetryPolicy;
}

const DEADLINE_MS = 10_000;
const ROUNDS_MAX = 200;
const JITTER_MS = { least: 5, spread: 46 };

/** Appends a group at the exact revision; a reported fact that is overtaken is placed anew until the deadline. */
export class GroupAppender {
  constructor(private readonly deps: AppenderDependencies) {}

  async append(group: Group, options: GroupOptions): Promise<Settled[]> {
    const { clock, states } = this.deps;
    const deadline = millisOf(clock.now()) + DEADLINE_MS;
    const settled: Settled[] = [];
    let open: readonly Draft[] = group.drafts;
    for (let round = 0; open.length > 0; round += 1) {
      const head = await states.load(group.stream, firstOf(open).workflow);
      const recordedAt = clock.now();
      const { built, rejected } = buildOnto(head, open, {
        recordedAt,
        commitmentsOf: options.commitmentsOf,
      });
      settled.push(...rejected.map(refused));
      const appends = appendsOf(built);
      if (options.oneAppend && appends.length > 1) return [...settled, ...tooMany(built)];
      const ended = await this.appendEach(group.stream, appends);
      settled.push(...ended.settled);
      open = ended.overtaken;
      if (open.length > 0 && (round === ROUNDS_MAX || millisOf(clock.now()) > deadline)) {
        return [...settled, ...open.map((draft) => ({ draft, result: overtaken(group.stream) }))];
      }
    }
    return settled;
  }

  /** Settles an append that was tried once. @param failed what it failed with; never `revision-conflict` */
  async appendAgain(append: readonly Built[], failed: TieoutError): Promise<Settled[]> {
    const { stream } = firstOf(append).draft.entry;
    const ended = await this.appendEach(stream, [append], failed);
    return [
      ...ended.settled,
      ...ended.overtaken.map((draft) => ({ draft, result: 'look-up-again' as const })),
    ];
  }

  private async appendEach(
    stream: string,
    appends: readonly (readonly Built[])[],
    failed?: TieoutError,
  ): Promise<{ settled: Settled[]; overtaken: readonly Draft[] }> {
    const settled: Settled[] = [];
    for (const [i, append] of appends.entries()) {
      const later = appends.slice(i + 1).flat();
      try {
        settled.push(...(await this.appendOne(stream, append, failed)));
      } catch (error) {
        this.deps.states.drop(stream);
        if (!isTieoutError(error)) throw error;
        if (error.code !== 'revision-conflict')
          return { settled: [...settled, ...unsettled(append, later, error)], overtaken: [] };
        await this.pause();
        const recorded = await this.deps.store.find(
          [...append, ...later].map(({ encoded }) => encoded.id),
        );
        const [known, overtaken] = parted([...append, ...later], ({ encoded }) =>
          recorded.has(encoded.id),
        );
        settled.push(...known.map(({ draft }) => ({ draft, result: 'look-up-again' as const })));
        return { settled, overtaken: overtaken.map(({ draft }) => draft) };
      }
    }
    return { settled, overtaken: [] };
  }

  private async appendOne(
    stream: string,
    append: readonly Built[],
    failed?: TieoutError,
  ): Promise<Settled[]> {
    const { store, states, leaves, ledgerIndex, retry: policy } = this.deps;
    const expected = firstOf(append).revision === 0n ? 'no-stream' : firstOf(append).revision - 1n;
    const events = append.map(({ encoded }) => encoded);
    const appended = await appendWithRetry({ stream, expected, events }, { store, policy, failed });
    const firstIndex = ledgerIndex.indexOf(appended.position) - append.length + 1;
    const last = append[append.length - 1];
    if (!(await leaves.hold(append, firstIndex)) || last === undefined) {
      states.drop(stream);
      return append.map(({ draft }) => ({ draft, result: 'look-up-again' }));
    }
    states.keep(stream, headAfter(last));
    return append.map((event, i) => ({
      draft: event.draft,
      result: recordedResult(event, firstIndex + i, ledgerIndex),
    }));
  }

  /** Two writers that were refused together must not meet again. */
  private pause(): Promise<void> {
    const random = this.deps.randomness.bytes(1)[0] ?? 0;
    return this.deps.retry.sleep(JITTER_MS.least + (random % JITTER_MS.spread));
  }
}

function firstOf<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined) throw new TypeError('a group has at least one event');
  return first;
}

function parted<T>(list: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [list.filter(test), list.filter((item) => !test(item))];
}

function refused({ draft, error }: Rejected): Settled {
  return { draft, result: { result: error.code === 'too-large' ? 'too-large' : 'refused', error } };
}

function tooMany(built: readonly Built[]): Settled[] {
  const error = tooLarge(
    'What one request holds for this object',
    921_600,
    built.reduce((sum, b) => sum + b.encoded.entry.length, 0),
    'bytes',
  );
  return built.map(({ draft }) => ({ draft, result: { result: 'too-large', error } }));
}

/** What follows in the same stream must not pass what failed. */
function unsettled(
  append: readonly Built[],
  later: readonly Built[],
  error: TieoutError,
): Settled[] {
  const result =
    error.code === 'outcome-unknown' || error.code === 'not-sealed'
      ? 'unknown'
      : error.code === 'too-large'
        ? 'too-large'
        : 'not-attempted';
  return [
    ...append.map(({ draft }) => ({ draft, result: { result, error } as const })),
    ...later.map(({ draft }) => ({ draft, result: { result: 'not-attempted', error } as const })),
  ];
}

function overtaken(stream: string): ItemResult {
  const error = new TieoutError(
    'concurrent-change',
    `${stream} keeps changing. Send the same event again.`,
  );
  return { result: 'not-attempted', error };
}
