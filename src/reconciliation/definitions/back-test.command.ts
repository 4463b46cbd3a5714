import { canonicalJson } from '../../kernel/canonical-json';
import { type CivilDate } from '../../kernel/civil-date';
import { notFound, TieoutError } from '../../kernel/errors';
import { sha256Hex } from '../../kernel/hash';
import { isJsonObject, type JsonObject } from '../../kernel/json';
import { parseStrictJson } from '../../kernel/strict-json';
import { type BlobStore } from '../../blob-store';
import { type Executor } from '../../commanding';
import { type Definition } from '../matching/definition.policy';
import { readResult } from '../matching/result-file';
import { decisionsOf, matching, matchingStream } from '../runs/matching.decider';
import { type MatchingEngine, UNWATCHED } from '../runs/matching-engine';
import { type ComputedRun } from '../runs/run-computation';
import { type DefinitionRegistry } from './definition-registry';
import { type BackTestFacts, type Changes } from './definition.events';

/** Differences that a back-test names one by one; the counts are of all. */
const NAMED_MAX = 1_000;
const FILE_BYTES_MAX = 4 * 1024 * 1024;

/** Where two results differ, by what they say and not by ids that only one of them has. */
export interface BackTest extends BackTestFacts {
  readonly definition: string;
  readonly version: number;
  readonly definitionSha256: string;
  readonly results: { readonly proposed: string; readonly inForce?: string };
  /** at most 1,000 in all, groups by their lines */
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly kind: 'group' | 'break';
  readonly change: 'added' | 'removed';
  readonly type: string;
  readonly lines: readonly string[];
  readonly amount: string;
  readonly currency: string;
}

export interface BackTestDependencies {
  readonly executor: Executor;
  readonly engine: MatchingEngine;
  readonly blobs: BlobStore;
  readonly registry: DefinitionRegistry;
}

/** Runs a proposed version beside the one in force, records nothing, and keeps the differences as a file. */
export class BackTests {
  constructor(private readonly deps: BackTestDependencies) {}

  /** @throws TieoutError `not-found`, `too-large`, `read-model-behind` */
  async run(id: string, version: number, cutoff: CivilDate): Promise<BackTest> {
    const { registry, blobs } = this.deps;
    const proposed = await registry.version(id, version);
    if (proposed === undefined) throw notFound(`Version ${version} of the definition ${id}`);
    const inForce = await registry.inForce(id, cutoff);
    const before = inForce === undefined ? undefined : await this.compute(inForce, cutoff);
    const after = await this.compute(proposed, cutoff);
    const [old, own] = [this.rowsOf(before), this.rowsOf(after)];
    const groups = changesOf(old.groups, own.groups);
    const breaks = changesOf(old.breaks, own.breaks);
    const test = {
      definition: id,
      version,
      definitionSha256: after.definitionSha256,
      cutoff,
      ...(inForce === undefined ? {} : { against: inForce.version }),
      results: {
        proposed: after.result.sha256,
        ...(before === undefined ? {} : { inForce: before.result.sha256 }),
      },
      groups: groups.counts,
      breaks: breaks.counts,
      differences: [...groups.differences, ...breaks.differences].slice(0, NAMED_MAX),
    };
    const bytes = Buffer.from(canonicalJson(test as unknown as JsonObject));
    const { sha256 } = await blobs.putBytes(bytes);
    return { ...test, sha256 };
  }

  /**
   * The facts of a back-test that an approval rests on.
   *
   * @throws TieoutError `guard-unmet` when there is none of this hash, or it is of another version
   */
  facts(sha256: string, definition: Definition): BackTestFacts {
    const bytes = this.deps.blobs.has(sha256) ? this.deps.blobs.read(sha256) : undefined;
    const found = bytes === undefined || bytes.length > FILE_BYTES_MAX ? undefined : read(bytes);
    const own = sha256Hex(canonicalJson(definition as unknown as JsonObject));
    if (found?.definitionSha256 !== own)
      throw new TieoutError(
        'guard-unmet',
        'An approval names the back-test of exactly this version. Run one and send its sha256.',
        { guards: ['back-test'] },
      );
    const { cutoff, against, groups, breaks } = found;
    return { sha256, cutoff, ...(against === undefined ? {} : { against }), groups, breaks };
  }

  private async compute(definition: Definition, cutoff: CivilDate): Promise<ComputedRun> {
    const { state } = await this.deps.executor.load(matchingStream(definition.id), matching);
    return this.deps.engine.compute(
      { definition, cutoff, decisions: decisionsOf(state) },
      UNWATCHED,
    );
  }

  private rowsOf(run: ComputedRun | undefined): Rows {
    const rows: Rows = { groups: new Map(), breaks: new Map() };
    const file = run === undefined ? undefined : this.deps.blobs.read(run.result.sha256);
    if (file === undefined) return rows;
    for (const row of readResult(file)) {
      if (row.kind === 'group') {
        const lines = row.members.map(({ line }) => line);
        rows.groups.set(lines.join(' '), {
          ...{ kind: 'group', type: row.pass, lines, amount: row.difference },
          currency: row.currency,
        });
      } else if (row.kind === 'break') {
        const { id, type, lines, a, currency } = row;
        rows.breaks.set(`${type} ${id}`, { kind: 'break', type, lines, amount: a, currency });
      }
    }
    return rows;
  }
}

type Found = Omit<Difference, 'change'>;
interface Rows {
  readonly groups: Map<string, Found>;
  readonly breaks: Map<string, Found>;
}

function changesOf(
  before: ReadonlyMap<string, Found>,
  after: ReadonlyMap<string, Found>,
): { readonly counts: Changes; readonly differences: Difference[] } {
  const only = (
    all: ReadonlyMap<string, Found>,
    others: ReadonlyMap<string, Found>,
    change: Difference['change'],
  ) => [...all].filter(([key]) => !others.has(key)).map(([, row]) => ({ ...row, change }));
  const added = only(after, before, 'added');
  const removed = only(before, after, 'removed');
  return {
    counts: {
      before: before.size,
      after: after.size,
      added: added.length,
      removed: removed.length,
    },
    differences: [...added, ...removed],
  };
}

function read(bytes: Buffer): BackTest | undefined {
  try {
    const json = parseStrictJson(bytes);
    return isJsonObject(json) ? (json as unknown as BackTest) : undefined;
  } catch {
    return undefined;
  }
}
