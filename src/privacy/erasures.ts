import { type CommandContext, type Executed, type Executor, type StreamEntry } from '../commanding';
import { indexOfPosition } from '../event-store/sqlite';
import { isTieoutError, notFound, TieoutError } from '../kernel/errors';
import { type Clock, type Instant } from '../kernel/runtime';
import { POLICIES_STREAM, SCOPES_STREAM, streamOfId } from './privacy-streams';
import { retentionPolicies } from './policies.decider';
import {
  activeHolds,
  type ErasureState,
  privacySubject,
  type PrivacyState,
} from './privacy.decider';
import { type Erased, type ErasureDeferred, type NamedValue } from './privacy.events';
import { type OneAtATime } from './one-at-a-time';
import { entryAt, type EntryLog, namedValues } from './recorded-values';
import { type SideStore } from './side-store';
import { type AccountFacts, survey } from './survey';

const PROCESS = 'privacy-erasure';
const ROUNDS_MAX = 100_000;

/** The register as the erasures read it; complete up to everything recorded once `settle` has returned. */
export interface Register extends AccountFacts {
  settle(): Promise<void>;
  erasureEventsAfter(index: number): readonly RecordedErasure[];
  approved(): readonly { readonly id: string; readonly stream: string }[];
}

export interface RecordedErasure {
  readonly index: number;
  readonly stream: string;
  readonly revision: number;
}

export interface ErasuresDependencies {
  readonly executor: Executor;
  readonly log: EntryLog;
  readonly sideStore: SideStore;
  readonly register: Register;
  readonly clock: Clock;
  /** shared with the holds: what is recorded is carried out in the order of the log, so one number says how far */
  readonly turns: OneAtATime;
  /** told of what went wrong after an erasure was recorded; it is tried again by the next upkeep */
  readonly report: (what: string, error: unknown) => void;
}

/** What came of an approval. */
export interface ErasureOutcome {
  readonly executed: Executed<PrivacyState>;
  readonly erasure: ErasureState;
  /** values that this approval erased */
  readonly erased: number;
  readonly deferred: ErasureDeferred | undefined;
  /** deleted rows may still stand on disk: clearing failed, and is tried again */
  readonly tracesLeft: boolean;
}

/**
 * Carries erasures out: first the event, then the deletion, then the traces on disk. Whatever ends the process between
 * two of them, the next upkeep goes on from there; a value never goes before its event is durable.
 */
export class Erasures {
  /** true while an event may be recorded whose deletion did not happen */
  private isBehind = true;

  constructor(private readonly deps: ErasuresDependencies) {}

  /** @throws TieoutError `not-found`, `same-person`, `state-conflict`, and the codes of the store */
  async approve(id: string, context: CommandContext): Promise<ErasureOutcome> {
    const stream = await streamOfId(this.deps.log, id, 'The erasure');
    const executed = await this.deps.executor.execute({
      stream,
      decider: privacySubject,
      command: { kind: 'approve', erasure: id, by: context.principal },
      context,
    });
    // The register is asked about accounts, so it must have what was recorded before this approval.
    await this.deps.register.settle();
    await this.deps.turns.run(async () => {
      await this.catchUp();
      await this.run(stream, id);
    });
    return this.outcomeOf(stream, id, executed);
  }

  /**
   * Finishes what an earlier run left: deletes what events say is erased, executes what was approved, clears traces.
   *
   * @throws TieoutError the codes of the store and of the read model; then it is to be called again
   */
  async upkeep(): Promise<void> {
    await this.deps.register.settle();
    await this.deps.turns.run(async () => {
      await this.catchUp();
      for (const { id, stream } of this.deps.register.approved()) await this.run(stream, id);
      this.clearTraces();
    });
  }

  private async run(stream: string, id: string): Promise<void> {
    const { executor, log, sideStore, register: accounts } = this.deps;
    for (let n = 0; n < ROUNDS_MAX; n += 1) {
      const { state, events } = await executor.load(stream, privacySubject);
      const erasure = state.erasures.get(id);
      const approval = approvalOf(events, id);
      if (erasure?.status !== 'approved' || approval === undefined) break;
      const round = await survey(erasure.requested, await this.rules(), {
        log,
        sideStore,
        accounts,
      });
      const { events: recorded } = await executor.execute({
        stream,
        decider: privacySubject,
        command: { kind: 'execute', round },
        causation: approval.entry.id,
        context: { process: PROCESS, causingEventId: approval.entry.id, n },
      });
      if (recorded.length === 0) break;
      for (const { entry, recorded: at } of recorded) {
        if (entry.type === 'privacy.erased')
          await this.carryOut(entry.data as unknown as Erased, indexOfPosition(at.position));
      }
    }
    this.clearTraces();
  }

  /** Events whose deletion did not happen, after a crash or when an older side store was put back. */
  private async catchUp(): Promise<void> {
    const { log, sideStore, register } = this.deps;
    while (this.isBehind) {
      const open = register.erasureEventsAfter(sideStore.carriedOut());
      this.isBehind = open.length > 0;
      for (const { index, stream, revision } of open) {
        const { data } = await entryAt(log, stream, revision);
        await this.carryOut(data as unknown as Erased, index);
      }
    }
  }

  private async carryOut(erased: Erased, index: number): Promise<void> {
    const { log, sideStore } = this.deps;
    const wasBehind = this.isBehind;
    this.isBehind = true;
    const values: NamedValue[] = await namedValues(log, erased.values);
    sideStore.remove({ values, index, ...(erased.whole ? { subject: erased.subject } : {}) });
    this.isBehind = wasBehind;
  }

  private clearTraces(): void {
    try {
      this.deps.sideStore.clearTraces();
    } catch (error) {
      // The values are gone and recorded as gone; only pages that held them wait to be rewritten.
      this.deps.report('Clearing the traces of erased values', error);
    }
  }

  private async rules() {
    const { executor, clock } = this.deps;
    const [scopes, { state }] = await Promise.all([
      executor.load(SCOPES_STREAM, privacySubject),
      executor.load(POLICIES_STREAM, retentionPolicies),
    ]);
    const now: Instant = clock.now();
    return { holds: activeHolds(scopes.state), policies: state.policies, now };
  }

  private async outcomeOf(
    stream: string,
    id: string,
    executed: Executed<PrivacyState>,
  ): Promise<ErasureOutcome> {
    const { state, events } = await this.deps.executor.load(stream, privacySubject);
    const erasure = state.erasures.get(id);
    if (erasure === undefined) throw notFound('The erasure');
    const approval = executed.events[0] ?? approvalOf(events, id);
    const caused = events.filter(({ entry }) => entry.causation === approval?.entry.id);
    const deferral = caused.find(({ entry }) => entry.type === 'privacy.erasure-deferred');
    const erased = caused
      .filter(({ entry }) => entry.type === 'privacy.erased')
      .reduce((sum, { entry }) => sum + (entry.data as unknown as Erased).values.length, 0);
    const deferred = deferral?.entry.data as ErasureDeferred | undefined;
    const tracesLeft = this.deps.sideStore.hasTraces();
    return { executed, erasure, erased, deferred, tracesLeft };
  }
}

/** @throws TieoutError `held` when a hold kept something */
export function refuseHeld(id: string, { deferred, erased }: ErasureOutcome): void {
  if (deferred?.reason !== 'hold') return;
  throw new TieoutError(
    'held',
    `A hold keeps ${deferred.kept} of what was asked for. It is erased after the hold was released and the erasure approved once more.`,
    { hold: deferred.hold ?? '', erasure: id, erased, kept: deferred.kept },
  );
}

function approvalOf(events: readonly StreamEntry[], id: string): StreamEntry | undefined {
  return events.findLast(
    ({ entry }) => entry.type === 'privacy.erasure-approved' && entry.data['erasure'] === id,
  );
}

/** What passes by itself: the read model catches up, the store comes back. */
export function passes(error: unknown): boolean {
  return isTieoutError(
    error,
    'read-model-behind',
    'store-unavailable',
    'outcome-unknown',
    'concurrent-change',
  );
}
