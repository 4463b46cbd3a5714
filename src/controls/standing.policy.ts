import {
  compareMoments,
  isWithin,
  type Cancellation,
  type DutyEvent,
  type Moment,
} from './duty-event.policy';
import { actorsOf, type Actors, type Identities } from './identity.policy';
import { type CompiledRules } from './rule-set.policy';

/** Where consequences are looked up: acts that cancelling does not undo. */
export interface Consequences {
  /** Is there one on any of the lineages, or about any of the refs, after `after` and not later than `until`? */
  isAny(span: {
    readonly after: Moment;
    readonly until: Moment;
    readonly lineages: readonly string[];
    readonly refs: readonly string[];
  }): boolean;
}

/** An act with who is accountable and which version it is about. It stands unless it is void. */
export interface Act {
  readonly event: DutyEvent;
  readonly actors: Actors;
  readonly version: number;
  /** a later version replaced what it approved before anything relied on it */
  readonly isOvertaken: boolean;
  /** the first withdrawal: from then on an approval is not effective any more, void or not */
  readonly withdrawn?: Moment;
  /** withdrawn as if it had not happened: nothing lasting was done, and nothing was built on it meanwhile */
  readonly isVoid: boolean;
}

export interface Standing {
  readonly rules: CompiledRules;
  readonly identities: Identities;
  readonly consequences: Consequences;
}

/**
 * The acts that count: not withdrawn, or withdrawn too late to be undone.
 *
 * @param events all events of the objects concerned, in any order
 * @param cancellations withdrawals of any of them; others are ignored
 * @returns in order of occurrence
 */
export function standingActs(
  events: readonly DutyEvent[],
  cancellations: readonly Cancellation[],
  standing: Standing,
): Act[] {
  return judgedActs(events, cancellations, standing).filter(({ isVoid }) => !isVoid);
}

/** As `standingActs`, with the void ones: an approval that was withdrawn is told apart from none. */
export function judgedActs(
  events: readonly DutyEvent[],
  cancellations: readonly Cancellation[],
  { rules, identities, consequences }: Standing,
): Act[] {
  const withdrawals = earliestWithdrawals(cancellations);
  const voids = new Set(
    events.filter((event) => isVoid(event, withdrawals.get(event.id), rules, consequences)),
  );
  const ordered = [...events].sort(compareMoments);
  const standing = ordered.filter((event) => !voids.has(event));
  const versions = versionsOf(ordered, voids, rules);
  const isOvertaken = overtaking(standing, versions, rules, consequences);
  return ordered.map((event) => {
    const withdrawn = withdrawals.get(event.id);
    return {
      event,
      actors: actorsOf(event, identities),
      version: versions.get(event.id) ?? 1,
      isOvertaken: isOvertaken(event),
      ...(withdrawn === undefined ? {} : { withdrawn }),
      isVoid: voids.has(event),
    };
  });
}

/** The first withdrawal of each event decides: a later one leaves more time to rely on it, and so withdraws less. */
function earliestWithdrawals(cancellations: readonly Cancellation[]): Map<string, Cancellation> {
  const earliest = new Map<string, Cancellation>();
  for (const cancellation of cancellations) {
    const known = earliest.get(cancellation.cancels);
    if (known === undefined || compareMoments(cancellation, known) < 0)
      earliest.set(cancellation.cancels, cancellation);
  }
  return earliest;
}

function isVoid(
  event: DutyEvent,
  withdrawal: Cancellation | undefined,
  rules: CompiledRules,
  consequences: Consequences,
): boolean {
  if (withdrawal === undefined) return false;
  const stays = (duty: string): boolean =>
    rules.isConsequence(duty) || rules.duty(duty)?.category === 'admin';
  if (event.duties.some(stays)) return false;
  const { lineages, refs } = event;
  return !consequences.isAny({ after: event, until: withdrawal, lineages, refs });
}

/** Does it set or change what will be approved? */
export function isPreparation(event: DutyEvent, rules: CompiledRules): boolean {
  return event.isMaterial && event.duties.some((duty) => rules.isPreparing(duty));
}

/** Version of each event: as stated, else the one its object had then. A material change without one makes the next. */
function versionsOf(
  ordered: readonly DutyEvent[],
  voids: ReadonlySet<DutyEvent>,
  rules: CompiledRules,
): Map<string, number> {
  const current = new Map<string, number>();
  const versions = new Map<string, number>();
  for (const event of ordered) {
    const before = current.get(event.object) ?? 1;
    const prepares = isPreparation(event, rules) && !voids.has(event);
    const version = event.version ?? (prepares && event.isChange ? before + 1 : before);
    versions.set(event.id, version);
    if (prepares) current.set(event.object, version);
  }
  return versions;
}

/** Tells of an event whether a later version of its object came before anything lasting was done on its lineage. */
function overtaking(
  ordered: readonly DutyEvent[],
  versions: ReadonlyMap<string, number>,
  rules: CompiledRules,
  consequences: Consequences,
): (event: DutyEvent) => boolean {
  const preparations = new Map<string, DutyEvent[]>();
  for (const event of ordered) {
    if (!isPreparation(event, rules)) continue;
    const known = preparations.get(event.object);
    if (known === undefined) preparations.set(event.object, [event]);
    else known.push(event);
  }
  return (event) => {
    const version = versions.get(event.id) ?? 1;
    const next = preparations
      .get(event.object)
      ?.find((preparation) => (versions.get(preparation.id) ?? 1) > version);
    if (next === undefined) return false;
    return !consequences.isAny({ after: event, until: next, lineages: event.lineages, refs: [] });
  };
}

/** Consequences among events that are all at hand. */
export function consequencesAmong(
  events: readonly DutyEvent[],
  rules: CompiledRules,
): Consequences {
  const lasting = events.filter(({ duties }) => duties.some((duty) => rules.isConsequence(duty)));
  const meet = (a: readonly string[], b: readonly string[]): boolean =>
    a.some((one) => b.includes(one));
  return {
    isAny: ({ after, until, lineages, refs }) =>
      lasting.some(
        (event) =>
          isWithin(event, after, until) &&
          (meet(event.lineages, lineages) || meet(event.refs, refs)),
      ),
  };
}
