import { TieoutError } from '../../kernel/errors';
import { type Privacy } from '../../privacy';
import { type Draft } from './entry-draft';
import { type Group, type GroupAppender, type Settled } from './group-appender';
import { inParallel } from './in-parallel';
import { type Keeper } from './keeping';
import { isAccepted, type NotAccepted } from './submission';
import { type WindowAppender } from './window-appender';

/** Streams appended at once; as many appends as the writer takes into one commit. */
const STREAMS_IN_FLIGHT_MAX = 512;

export interface AcceptOptions {
  /** see `GroupOptions`; true for a batch, false for a window of a bulk stream */
  readonly oneAppend: boolean;
  /** false for a replay: what fails again is answered and not kept anew, what succeeds closes its item by itself */
  readonly keeps?: boolean;
  /** streams whose earlier events failed: later ones of the same request are not attempted */
  readonly stopped?: Set<string>;
  readonly after?: Earlier | undefined;
}

/** An earlier window of the same request that is still being accepted: its objects wait until it is done. */
export interface Earlier {
  readonly streams: ReadonlySet<string>;
  readonly done: Promise<void>;
}

export interface FreshDependencies {
  readonly personalValues: Privacy['personalValues'];
  readonly window: WindowAppender;
  readonly appender: GroupAppender;
  readonly keeper: Pick<Keeper, 'supersede'>;
}

type CommitmentsOf = (id: string) => Readonly<Record<string, string>> | undefined;

/** Appends the events of a window that are new, object by object. */
export class FreshAppender {
  constructor(private readonly deps: FreshDependencies) {}

  /** @param atOnce without reading the heads of streams that are known; false for what was refused before */
  async append(
    fresh: readonly Draft[],
    options: AcceptOptions,
    atOnce: boolean,
  ): Promise<Settled[]> {
    if (fresh.length === 0) return [];
    const { after } = options;
    const groups = groupsOf(fresh);
    const isLate = ({ stream }: Group): boolean => after?.streams.has(stream) === true;
    const late = after === undefined ? [] : groups.filter(isLate);
    if (late.length === 0) return this.appendGroups(groups, options, atOnce);
    const parts = await Promise.all([
      this.appendGroups(
        groups.filter((group) => !isLate(group)),
        options,
        atOnce,
      ),
      after?.done.then(() => this.appendGroups(late, options, atOnce)) ?? [],
    ]);
    return parts.flat();
  }

  private async appendGroups(
    groups: readonly Group[],
    options: AcceptOptions,
    atOnce: boolean,
  ): Promise<Settled[]> {
    const stopped = options.stopped ?? new Set<string>();
    const going = stopped.size === 0 ? groups : groups.filter(({ stream }) => !stopped.has(stream));
    const held = going === groups ? [] : groups.filter(({ stream }) => stopped.has(stream));
    const settled = [...(await this.send(going, options, atOnce)), ...held.flatMap(notAttempted)];
    for (const { draft, result } of settled) {
      if (result !== 'look-up-again' && !isAccepted(result) && stops(result))
        stopped.add(draft.entry.stream);
    }
    const recorded = settled.filter(
      ({ result }) => result !== 'look-up-again' && result.result === 'recorded',
    );
    if (options.keeps !== false)
      await this.deps.keeper.supersede(recorded.map(({ draft }) => draft.entry.id));
    return settled;
  }

  private async send(
    groups: readonly Group[],
    { oneAppend }: AcceptOptions,
    atOnce: boolean,
  ): Promise<Settled[]> {
    const { window, appender } = this.deps;
    const commitmentsOf = this.commit(groups.flatMap(({ drafts }) => drafts));
    const { prepared, left } = atOnce
      ? window.prepare(groups, commitmentsOf)
      : { prepared: [], left: groups };
    const [sent, careful] = await Promise.all([
      window.send(prepared),
      inParallel(left, STREAMS_IN_FLIGHT_MAX, (group) =>
        appender.append(group, { oneAppend, commitmentsOf }),
      ),
    ]);
    const again = await inParallel(sent.open, STREAMS_IN_FLIGHT_MAX, ({ built, error }) =>
      appender.appendAgain(built, error),
    );
    return [...sent.settled, ...careful.flat(), ...again.flat()];
  }

  /** Values are durable before the append, so that no commitment is ever recorded without its opening. */
  private commit(drafts: readonly Draft[]): CommitmentsOf {
    const withValues = drafts.filter(({ personal }) => personal.length > 0);
    if (withValues.length === 0) return () => undefined;
    const made = this.deps.personalValues.commitAll(
      withValues.map(({ entry, personal }) => ({ eventId: entry.id, values: personal })),
    );
    const commitments = new Map(withValues.map(({ entry }, i) => [entry.id, made[i] ?? {}]));
    return (id) => commitments.get(id);
  }
}

function groupsOf(drafts: readonly Draft[]): Group[] {
  const groups = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const { stream } = draft.entry;
    const group = groups.get(stream);
    if (group === undefined) groups.set(stream, [draft]);
    else group.push(draft);
  }
  return [...groups].map(([stream, members]) => ({ stream, drafts: members }));
}

function stops({ result }: NotAccepted): boolean {
  return result === 'unknown' || result === 'not-attempted';
}

function notAttempted(group: Group): Settled[] {
  const error = new TieoutError(
    'outcome-unknown',
    'An earlier event of this object has no known outcome. Send both again.',
    {
      stream: group.stream,
    },
  );
  return group.drafts.map((draft) => ({ draft, result: { result: 'not-attempted', error } }));
}
