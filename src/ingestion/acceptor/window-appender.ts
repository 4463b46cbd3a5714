import { isTieoutError, type TieoutError } from '../../kernel/errors';
import { type AppendCall, type AppendOutcome, type LedgerStore } from '../../event-store';
import { type Clock, type Instant } from '../../kernel/runtime';
import { appendsOf, type Built, buildOnto } from './built-event';
import { type Draft } from './entry-draft';
import { type Group, type Settled } from './group-appender';
import { type LedgerIndex } from './ledger-index';
import { emptyHead, headAfter, type ObjectHead, type ObjectStates } from './object-states';
import { recordedResult } from './recorded-result';
import { type StoredLeaves } from './stored-leaves';

export interface WindowDependencies {
  readonly store: Pick<LedgerStore, 'appendEach'>;
  readonly states: ObjectStates;
  readonly leaves: StoredLeaves;
  readonly ledgerIndex: LedgerIndex;
  readonly clock: Clock;
}

/** What one hand-over settled, and what it left open. */
export interface WindowAppended {
  readonly settled: readonly Settled[];
  /** sent and not stored, or nobody knows: the same append again settles it */
  readonly open: readonly { readonly built: readonly Built[]; readonly error: TieoutError }[];
}

/** A group that is ready to be sent. */
export interface Prepared {
  readonly group: Group;
  readonly built: readonly Built[];
  readonly prev: string | undefined;
}

type CommitmentsOf = (id: string) => Readonly<Record<string, string>> | undefined;

/**
 * Appends the groups of a window in one call, on heads that need no reading: an object whose first event this seems to be,
 * or one whose head was seen at its last commit. Neither is believed: the store compares revision, predecessor and ids, and
 * what it refuses is looked up and read before it is placed anew.
 */
export class WindowAppender {
  constructor(private readonly deps: WindowDependencies) {}

  /** @returns also the groups that have to go the careful way */
  prepare(
    groups: readonly Group[],
    commitmentsOf: CommitmentsOf,
  ): { readonly prepared: readonly Prepared[]; readonly left: readonly Group[] } {
    const recordedAt = this.deps.clock.now();
    const left: Group[] = [];
    const prepared: Prepared[] = [];
    for (const group of groups) {
      const one = this.built(group, { recordedAt, commitmentsOf });
      if (one === undefined) left.push(group);
      else prepared.push(one);
    }
    return { prepared, left };
  }

  async send(prepared: readonly Prepared[]): Promise<WindowAppended> {
    if (prepared.length === 0) return { settled: [], open: [] };
    const outcomes = await this.deps.store.appendEach(prepared.map(callOf));
    const settled: Settled[] = [];
    const open: { built: readonly Built[]; error: TieoutError }[] = [];
    for (const [i, one] of prepared.entries()) {
      const outcome = outcomes[i] as AppendOutcome;
      if (outcome.ok) {
        const firstIndex = this.deps.ledgerIndex.indexOf(outcome.position) - one.built.length + 1;
        const isOurs = this.deps.leaves.hold(one.built, firstIndex);
        this.settle(one, isOurs === true || (await isOurs) ? firstIndex : undefined, settled);
      } else if (isTieoutError(outcome.error, 'revision-conflict')) {
        this.settle(one, undefined, settled);
      } else {
        this.deps.states.drop(one.group.stream);
        open.push({ built: one.built, error: outcome.error });
      }
    }
    return { settled, open };
  }

  private built(
    group: Group,
    options: { readonly recordedAt: Instant; readonly commitmentsOf: CommitmentsOf },
  ): Prepared | undefined {
    // Who names a revision is answered by what the store has, not by what it had.
    if (group.drafts.some(({ expected }) => expected !== undefined)) return undefined;
    const head = this.deps.states.kept(group.stream) ?? assumedHead(group);
    if (head === undefined) return undefined;
    const { built, rejected } = buildOnto(head, group.drafts, options);
    if (rejected.length > 0 || appendsOf(built).length !== 1) return undefined;
    return { group, built, prev: head.leaf };
  }

  /** @param firstIndex undefined when something else is stored in its place, or nothing */
  private settle({ group, built }: Prepared, firstIndex: number | undefined, settled: Settled[]) {
    const { states, ledgerIndex } = this.deps;
    const last = built[built.length - 1];
    if (firstIndex === undefined || last === undefined) {
      states.drop(group.stream);
      for (const { draft } of built) settled.push({ draft, result: 'look-up-again' });
      return;
    }
    states.keep(group.stream, headAfter(last));
    for (const [i, event] of built.entries()) {
      const result = recordedResult(event, firstIndex + i, ledgerIndex);
      settled.push({ draft: event.draft, result });
    }
  }
}

/**
 * An object whose first event this seems to be is taken for new without asking: if it is not, the exact append refuses.
 * So bulk that opens thousands of objects does not ask for each.
 */
function assumedHead({ drafts }: Group): ObjectHead | undefined {
  const { workflow, entry } = drafts[0] as Draft;
  const action = entry.type.slice(entry.type.indexOf('.') + 1);
  const opens = workflow.transitions.some(
    (t) => t.action === action && t.from.includes(workflow.initial),
  );
  return opens ? emptyHead(workflow) : undefined;
}

function callOf({ group, built, prev }: Prepared): AppendCall {
  const [first] = built;
  const revision = first?.revision ?? 0n;
  return {
    stream: group.stream,
    expected: revision === 0n ? 'no-stream' : revision - 1n,
    events: built.map(({ encoded, leaf }) => ({ ...encoded, leaf })),
    prev: prev === undefined ? undefined : Buffer.from(prev, 'hex'),
  };
}
