import { type CivilDate } from '../../kernel/civil-date';
import { isTieoutError } from '../../kernel/errors';
import { type CommandContext, type Executed, type Executor } from '../../commanding';
import { type Definition } from '../matching/definition.policy';
import { recordExtract } from './ledger-extract';
import { decisionsOf, matching, type MatchingState, matchingStream } from './matching.decider';
import { type RunCommitted } from './matching.events';
import { type MatchingEngine, type RunWatch, UNWATCHED } from './matching-engine';

export type RunMode = 'dry-run' | 'commit';

export interface RunRequest {
  readonly definition: string;
  readonly cutoff: CivilDate;
  readonly mode: RunMode;
}

export interface RunDependencies {
  readonly executor: Executor;
  readonly engine: MatchingEngine;
  readonly definitions: DefinitionsInForce;
}

/** The version of a definition that holds for a cut-off. */
export interface DefinitionsInForce {
  /** @throws TieoutError `not-found` */
  neededOn(id: string, on: CivilDate): Promise<Definition>;
}

export interface RanMatching {
  readonly run: RunCommitted;
  /** absent for a dry run, which records nothing */
  readonly executed?: Executed<MatchingState>;
}

const ATTEMPTS_MAX = 3;

/** Matches a definition up to a cut-off; a committed run replaces the engine's groups and breaks of the one before. */
export class MatchingRunner {
  constructor(private readonly deps: RunDependencies) {}

  /** Id of the run that a request makes: a repeat of the request makes the same. */
  idOf(context: CommandContext): string {
    return this.deps.executor.newAggregateId(context);
  }

  /**
   * Sees everything that was recorded before it was asked.
   *
   * @throws TieoutError `not-found` (definition), `range-invalid` (earlier than the last committed cut-off),
   *   `concurrent-change`, `read-model-behind`, `too-large`; what `watch.signal` was aborted with
   */
  async run(
    request: RunRequest,
    context: CommandContext,
    watch: RunWatch = UNWATCHED,
  ): Promise<RanMatching> {
    const definition = await this.deps.definitions.neededOn(request.definition, request.cutoff);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(definition, request, { context, watch });
      } catch (error) {
        if (attempt === ATTEMPTS_MAX || !isTieoutError(error, 'concurrent-change')) throw error;
      }
    }
  }

  private async attempt(
    definition: Definition,
    { cutoff, mode }: RunRequest,
    { context, watch }: { readonly context: CommandContext; readonly watch: RunWatch },
  ): Promise<RanMatching> {
    const { executor, engine } = this.deps;
    const stream = matchingStream(definition.id);
    const { state } = await executor.load(stream, matching);
    const run: RunCommitted = {
      run: this.idOf(context),
      ...(await engine.compute({ definition, cutoff, decisions: decisionsOf(state) }, watch)),
    };
    watch.signal.throwIfAborted();
    if (mode === 'dry-run') return { run };
    watch.onStep('recording', 1, 1);
    await recordExtract(executor, run, context);
    const command = { kind: 'commit', basedOn: state.events, run } as const;
    const executed = await executor.execute({ stream, decider: matching, command, context });
    const recorded = executed.events[0]?.entry.data as unknown as RunCommitted | undefined;
    return { run: recorded ?? run, executed };
  }
}
