import { isTieoutError, TieoutError, tooLarge } from '../../kernel/errors';
import { leafHash } from '../../kernel/hash';
import { millisOf } from '../../kernel/instant';
import { type Clock, type Randomness } from '../../kernel/runtime';
import { appendWithRetry, type RetryPolicy } from '../../commanding';
import { type Appended, type LedgerStore } from '../../event-store';
import { appendsOf, type Built, buildOnto, type Rejected } from './built-event';
import { type Draft } from './entry-draft';
import { type LedgerIndex } from './ledger-index';
import { emptyHead, type ObjectHead, type ObjectStates } from './object-states';
import { type RecentLeaves } from './recent-leaves';
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
  readonly leaves: Pick<RecentLeaves, 'at'>;
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
    let assumed = this.assumedHead(group);
    for (let round = 0; open.length > 0; round += 1) {
      const head = assumed ?? (await states.load(group.stream, firstOf(open).workflow));
      assumed = undefined;
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

  /**
   * An object whose first event this seems to be is taken for new without asking: if it is not, the exact append refuses,
   * and the next round reads. So bulk that opens thousands of objects does not ask for each.
   */
  private assumedHead({ stream, drafts }: Group): ObjectHead | undefined {
    const first = firstOf(drafts);
    const { workflow, entry, expected } = first;
    if (this.deps.states.isKept(stream) || (expected !== undefined && expected !== 'no-stream'))
      return undefined;
    const action = entry.type.slice(entry.type.indexOf('.') + 1);
    const opens = workflow.transitions.some(
      (t) => t.action === action && t.from.includes(workflow.initial),
    );
    return opens ? emptyHead(workflow) : undefined;
  }

  private async appendEach(
    stream: string,
    appends: readonly (readonly Built[])[],
  ): Promise<{ settled: Settled[]; overtaken: readonly Draft[] }> {
    const settled: Settled[] = [];
    for (const [i, append] of appends.entries()) {
      const later = appends.slice(i + 1).flat();
      try {
        settled.push(...(await this.appendOne(stream, append)));
      } catch (error) {
        this.deps.states.drop(stream);
        if (!isTieoutError(error)) throw error;
        if (error.code !== 'revision-conflict')
          return { settled: [...settled, ...failed(append, later, error)], overtaken: [] };
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

  private async appendOne(stream: string, append: readonly Built[]): Promise<Settled[]> {
    const { store, states, ledgerIndex, retry } = this.deps;
    const expected = firstOf(append).revision === 0n ? 'no-stream' : firstOf(append).revision - 1n;
    const events = append.map(({ encoded }) => encoded);
    const appended = await appendWithRetry(store, stream, expected, events, retry);
    const firstIndex = ledgerIndex.indexOf(appended.position) - append.length + 1;
    const stored = await this.storedLeaves(stream, append, appended, firstIndex);
    const last = append[append.length - 1];
    // Success can also mean that another attempt with the same content was first; its bytes are the ones that count.
    const isOurs = append.every((event, i) => sameBytes(event.leaf, stored[i]));
    if (!isOurs || last === undefined) {
      states.drop(stream);
      return append.map(({ draft }) => ({ draft, result: 'look-up-again' }));
    }
    states.keep(stream, {
      revision: last.revision,
      leaf: Buffer.from(last.leaf).toString('hex'),
      state: last.state,
    });
    return append.map((event, i) => ({
      draft: event.draft,
      result: this.recorded(event, firstIndex + i),
    }));
  }

  private async storedLeaves(
    stream: string,
    append: readonly Built[],
    { revision }: Appended,
    firstIndex: number,
  ): Promise<(Uint8Array | undefined)[]> {
    const recent = append.map((_, i) => this.deps.leaves.at(firstIndex + i));
    if (recent.every((leaf) => leaf !== undefined)) return recent;
    const first = revision - BigInt(append.length - 1);
    const leaves: Uint8Array[] = [];
    for await (const event of this.deps.store.readStream(stream, first, append.length))
      leaves.push(leafHash(event.entry));
    return leaves;
  }

  private recorded(
    { draft, revision, recordedAt, encoded, leaf, flags, state }: Built,
    index: number,
  ): ItemResult {
    return {
      result: 'recorded',
      event: {
        stream: draft.entry.stream,
        revision: Number(revision),
        id: encoded.id,
        type: encoded.type,
        recordedAt,
        leaf,
        position: this.deps.ledgerIndex.positionAt(index),
        index,
      },
      objectState: state.state,
      flags,
      entry: encoded.entry,
    };
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

function sameBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
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
function failed(append: readonly Built[], later: readonly Built[], error: TieoutError): Settled[] {
  const result =
    error.code === 'outcome-unknown'
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
