import { notFound, TieoutError } from '../../kernel/errors';
import { formatMinor } from '../../kernel/money';
import { type CommandContext, type Executed, type Executor } from '../../commanding';
import { type DefinitionRegistry } from '../definitions/definition-registry';
import { isMatched } from '../kinds/compare';
import { type Definition } from '../matching/definition.policy';
import { explainGroup } from '../matching/explain.policy';
import { groupId } from '../matching/ids';
import { byText } from '../matching/reference.policy';
import { lineInUse, matching, type MatchingState, matchingStream } from '../runs/matching.decider';
import { type MatchReader, type OpenLine } from './match-reader';

export interface MatchRequest {
  readonly definition: string;
  readonly lines: readonly string[];
  readonly reason: string;
}

export interface DecidedMatch {
  readonly id: string;
  readonly definition: string;
  readonly status: 'confirmed' | 'unmatched';
  readonly lines: readonly string[];
  readonly currency: string;
  /** side A - side B, decimal text */
  readonly difference: string;
  readonly explanation: string;
  readonly executed: Executed<MatchingState>;
}

const PERSON = 'person';

/** Matches made and undone by persons. They are pinned: every later run starts from them. */
export class MatchDecisions {
  constructor(
    private readonly deps: {
      readonly executor: Executor;
      readonly reader: MatchReader;
      readonly definitions: DefinitionRegistry;
    },
  ) {}

  /** @throws TieoutError `not-found`, `line-in-use` naming the group, `contract-violation`, `concurrent-change` */
  async confirm(request: MatchRequest, context: CommandContext): Promise<DecidedMatch> {
    const { state, definition } = await this.seen(request.definition);
    const ids = [...new Set(request.lines)].sort(byText);
    const lines = this.known(definition.id, ids);
    const currency = oneCurrency(lines);
    const members = lines.map(({ id, side, amountMinor }) => ({
      line: id,
      side,
      allocatedMinor: amountMinor,
    }));
    const group = groupId(PERSON, members);
    const taken = lines.find((line) => line.group !== undefined && line.group !== group);
    if (taken?.group !== undefined) throw lineInUse(taken.id, taken.group);
    const decided = { group, lines: ids, reason: request.reason };
    const executed = await this.deps.executor.execute({
      stream: matchingStream(definition.id),
      decider: matching,
      command: { kind: 'confirm', basedOn: state.events, decided },
      context,
    });
    return {
      ...described(definition, lines, currency),
      id: group,
      status: 'confirmed',
      lines: ids,
      executed,
    };
  }

  /** Confirms what the engine suggested. @throws TieoutError `state-conflict` for a group that is decided, and those of `confirm` */
  async confirmSuggestion(
    id: string,
    reason: string,
    context: CommandContext,
  ): Promise<DecidedMatch> {
    await this.deps.reader.reachHead();
    const group = this.deps.reader.group(id);
    if (group === undefined) throw notFound(`The suggestion ${id}`);
    if (group.status !== 'suggested')
      throw new TieoutError('state-conflict', `Match ${id} is ${group.status} already.`, {
        state: group.status,
        legal: group.status === 'confirmed' ? ['unmatch'] : [],
      });
    return this.confirm({ definition: group.definition, lines: group.lines, reason }, context);
  }

  /**
   * Undoes a match, or rejects a suggestion: no later run makes it again.
   *
   * @throws TieoutError `not-found`, `state-conflict` when a later run dropped it, `concurrent-change`
   */
  async unmatch(id: string, reason: string, context: CommandContext): Promise<DecidedMatch> {
    await this.deps.reader.reachHead();
    const group = this.deps.reader.group(id);
    if (group === undefined) throw notFound(`The match ${id}`);
    if (group.status === 'superseded') throw superseded(id);
    const { state, definition } = await this.seen(group.definition);
    const lines = this.known(definition.id, group.lines);
    const executed = await this.deps.executor.execute({
      stream: matchingStream(definition.id),
      decider: matching,
      command: {
        kind: 'unmatch',
        basedOn: state.events,
        decided: { group: id, lines: group.lines, reason },
      },
      context,
    });
    const shown = described(definition, lines, oneCurrency(lines));
    return { ...shown, id, status: 'unmatched', lines: group.lines, executed };
  }

  /** The stream first, then rows that are at least as new: a claim in between is a conflict and not overlooked. */
  private async seen(id: string): Promise<{ state: MatchingState; definition: Definition }> {
    const { state } = await this.deps.executor.load(matchingStream(id), matching);
    await this.deps.reader.reachHead();
    const { definitions } = this.deps;
    const definition =
      state.cutoff === undefined
        ? await definitions.version(id, 1)
        : await definitions.inForce(id, state.cutoff);
    if (definition === undefined) throw notFound(`The definition ${id}`);
    if (!isMatched(definition)) throw notMatched(definition);
    return { state, definition };
  }

  private known(definition: string, ids: readonly string[]): readonly OpenLine[] {
    const lines = [...this.deps.reader.lines(definition, ids)].sort((x, y) => byText(x.id, y.id));
    const missing = ids.find((id) => !lines.some((line) => line.id === id));
    if (missing !== undefined) throw notFound(`The line ${missing}`);
    return lines;
  }
}

const notMatched = ({ id, kind }: Definition) =>
  new TieoutError(
    'contract-violation',
    `${id} is of kind ${kind}, which compares by a key of its own: nothing is matched by hand there.`,
    { pointer: '/definition' },
  );

const superseded = (id: string) =>
  new TieoutError('state-conflict', `A later run dropped match ${id}. Its lines are free.`, {
    state: 'superseded',
    legal: [],
  });

function oneCurrency(lines: readonly OpenLine[]): string {
  const [currency = '', ...others] = [...new Set(lines.map((line) => line.currency))];
  if (others.length === 0) return currency;
  throw new TieoutError(
    'contract-violation',
    `A match has one currency; these lines have ${[currency, ...others].join(', ')}.`,
    {
      pointer: '/lines',
    },
  );
}

function described(definition: Definition, lines: readonly OpenLine[], currency: string) {
  const net = lines.reduce(
    (sum, { side, amountMinor }) => sum + (side === 'A' ? amountMinor : -amountMinor),
    0n,
  );
  const difference = formatMinor(net, currency);
  const group = { pass: PERSON, interchangeable: false, keys: [], difference, currency, lines };
  return {
    definition: definition.id,
    currency,
    difference,
    explanation: explainGroup(group, definition),
  };
}
