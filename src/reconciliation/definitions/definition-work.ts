import { canonicalJson } from '../../kernel/canonical-json';
import { type CivilDate } from '../../kernel/civil-date';
import { notFound, TieoutError } from '../../kernel/errors';
import { sha256Hex } from '../../kernel/hash';
import { type JsonObject } from '../../kernel/json';
import { type Party } from '../../kernel/party';
import { type CommandContext, type Executed, type Executor } from '../../commanding';
import { type Caller } from '../../http';
import { type Definition, shippedVersions } from '../matching/definition.policy';
import { type BackTest, type BackTests } from './back-test.command';
import {
  type DefinitionCommand,
  definitionDecider,
  type DefinitionState,
} from './definition.decider';
import { checkCoverage, type InForce } from './definition-coverage.policy';
import { parseDefinition } from './definition-form.policy';
import { type DefinitionRegistry, definitionStream, recordedOf } from './definition-registry';
import { periodsInForce } from './definition-versions.policy';

export interface DefinitionPlace {
  readonly id: string;
  readonly version: number;
}

export interface Deciding {
  readonly caller: Caller;
  readonly context: CommandContext;
}

export interface DefinitionWorkDependencies {
  readonly executor: Executor;
  readonly registry: DefinitionRegistry;
  readonly backTests: BackTests;
  readonly partyOf: (caller: Caller) => Promise<Party>;
  /** every other definition with its days in force, as the read model has them now */
  readonly others: (id: string) => Promise<readonly InForce[]>;
}

/** Proposals, back-tests and decisions about definitions. */
export class DefinitionWork {
  constructor(private readonly deps: DefinitionWorkDependencies) {}

  /** @throws TieoutError `not-found` */
  async version(id: string, version: number): Promise<object> {
    const shipped = shippedVersions(id).find((one) => one.version === version);
    if (shipped !== undefined) return { id, version, state: 'shipped', definition: shipped };
    const { versions, retired } = await this.deps.registry.state(id);
    const found = versions.find((one) => one.version === version);
    if (found === undefined) throw notFound(`Version ${version} of the definition ${id}`);
    const { definition, sha256, by, approved } = found;
    return {
      id,
      version,
      state: approved === undefined ? 'proposed' : 'approved',
      sha256,
      proposedBy: by,
      ...(approved === undefined ? {} : { approvedBy: approved.by, backTest: approved.backTest }),
      ...(retired === undefined ? {} : { retiredFrom: retired.from }),
      definition,
    };
  }

  /** @throws TieoutError what `parseDefinition` refuses; `state-conflict` for accounts of another one; `version-exists` */
  async propose(
    { id, version }: DefinitionPlace,
    json: JsonObject,
    deciding: Deciding,
  ): Promise<Executed<DefinitionState>> {
    const definition = parseDefinition(id, version, json);
    const state = await this.deps.registry.state(id);
    this.checkOrder(definition, state);
    checkCoverage(inForceFrom(definition, state), await this.deps.others(id));
    const content = definition as unknown as JsonObject;
    const sha256 = sha256Hex(canonicalJson(content));
    const shipped = Math.max(0, ...shippedVersions(id).map((one) => one.version));
    const by = await this.deps.partyOf(deciding.caller);
    const command = { kind: 'propose', version, definition: content, sha256, by, shipped } as const;
    return this.execute(id, command, deciding);
  }

  /** @throws TieoutError `not-found`, and those of a run */
  backTest({ id, version }: DefinitionPlace, cutoff: CivilDate): Promise<BackTest> {
    return this.deps.backTests.run(id, version, cutoff);
  }

  /** @throws TieoutError `not-found`, `guard-unmet` without its back-test, `same-person`, `state-conflict` */
  async approve(
    { id, version }: DefinitionPlace,
    backTestSha256: string,
    deciding: Deciding,
  ): Promise<Executed<DefinitionState>> {
    const state = await this.deps.registry.state(id);
    const proposed = state.versions.find((one) => one.version === version);
    if (proposed === undefined)
      throw notFound(`A proposed version ${version} of the definition ${id}`);
    const definition = proposed.definition as unknown as Definition;
    const backTest = this.deps.backTests.facts(backTestSha256, definition);
    // What was free when it was proposed may not be any more.
    checkCoverage(inForceFrom(definition, state), await this.deps.others(id));
    const by = await this.deps.partyOf(deciding.caller);
    const { sha256 } = proposed;
    return this.execute(id, { kind: 'approve', version, sha256, backTest, by }, deciding);
  }

  /** @throws TieoutError `not-found` */
  async retire(
    id: string,
    { from, reason }: { readonly from: CivilDate; readonly reason: string },
    deciding: Deciding,
  ): Promise<Executed<DefinitionState>> {
    const known =
      shippedVersions(id).length > 0 || (await this.deps.registry.state(id)).versions.length > 0;
    if (!known) throw notFound(`The definition ${id}`);
    const by = await this.deps.partyOf(deciding.caller);
    return this.execute(id, { kind: 'retire', from, reason, by }, deciding);
  }

  /** A version that began before its predecessor would change days that are decided already. */
  private checkOrder({ id, effectiveFrom, kind }: Definition, state: DefinitionState): void {
    const before = [...shippedVersions(id), ...recordedOf(state).approved];
    const latest = before
      .map((one) => one.effectiveFrom)
      .sort()
      .at(-1);
    if (latest !== undefined && effectiveFrom < latest)
      throw new TieoutError(
        'range-invalid',
        `The version before it begins on ${latest}. A later one begins on that day or after it.`,
        { pointer: '/effectiveFrom' },
      );
    const other = before.find((one) => one.kind !== kind);
    if (other !== undefined)
      throw new TieoutError(
        'contract-violation',
        `The definition ${id} is of kind ${other.kind}, and stays of it.`,
        { pointer: '/kind' },
      );
  }

  private execute(
    id: string,
    command: DefinitionCommand,
    { context }: Deciding,
  ): Promise<Executed<DefinitionState>> {
    const stream = definitionStream(id);
    return this.deps.executor.execute({ stream, decider: definitionDecider, command, context });
  }
}

/** The days that a version would have, were it approved now. */
function inForceFrom(definition: Definition, state: DefinitionState): InForce {
  const recorded = recordedOf(state);
  const others = recorded.approved.filter(({ version }) => version !== definition.version);
  const periods = periodsInForce(definition.id, { ...recorded, approved: [...others, definition] });
  const own = periods.find((one) => one.definition.version === definition.version);
  return own ?? { definition, from: definition.effectiveFrom };
}
