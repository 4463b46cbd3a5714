import { canonicalJson } from '../../kernel/canonical-json';
import { type CivilDate, dayNumber } from '../../kernel/civil-date';
import { tooLarge } from '../../kernel/errors';
import { sha256Hex } from '../../kernel/hash';
import { type JsonObject } from '../../kernel/json';
import { type BlobStore } from '../../blob-store';
import { type FileRef } from '../imports/batch.events';
import { type Decisions, membersKey } from '../matching/decisions.policy';
import { type Definition } from '../matching/definition.policy';
import { compareSides, isMatched } from '../kinds/compare';
import { ENGINE_VERSION, type OnStep } from '../matching/engine';
import { derivedId } from '../matching/ids';
import { type MatchLine } from '../matching/line';
import { byText, NORMALISER_VERSION } from '../matching/reference.policy';
import { resultText } from '../matching/result-file';
import { sidesOf } from '../matching/sides.policy';
import { extractOf, inputExtract } from './input-lines';
import { matchLinesOf } from './kind-lines';
import { type RunCommitted, type RunInput } from './matching.events';
import { type Population } from './population';
import { countsOf, statusOf } from './run-counts';

/** What a run is computed from, besides its population. Plain data: it crosses to another thread. */
export interface RunTask {
  readonly definition: Definition;
  readonly cutoff: CivilDate;
  readonly decisions: Decisions;
}

/** A run without its id: what its input gives on any machine. */
export type ComputedRun = Omit<RunCommitted, 'run'>;

/** Lines of both sides; beyond it a run would not fit in memory. */
export const RUN_LINES_MAX = 5_000_000;
const FILES_NAMED_MAX = 100;
const PIECE_BYTES = 1024 * 1024;

/**
 * Matches a population and stores extract and result as files. Records nothing.
 *
 * @throws TieoutError `too-large`, `storage-full`
 */
export async function computeRun(
  { definition, cutoff, decisions }: RunTask,
  seen: Population,
  blobs: BlobStore,
  onStep?: OnStep,
): Promise<ComputedRun> {
  const count = countOf(seen, 'a') + countOf(seen, 'b') + (seen.c?.length ?? 0);
  if (count > RUN_LINES_MAX) throw tooLarge('The population', RUN_LINES_MAX, count, 'lines');
  const lines = isMatched(definition) ? matchLinesOf(definition, seen) : NO_LINES;
  const a = [...lines.a].sort(byId);
  const result = compareSides(
    { definition, cutoff, decisions, seen, lines: { ...lines, a } },
    onStep,
  );
  const texts = definition.kind === 'bank' ? extractOf(a) : ledgerExtract(seen);
  const extract = await blobs.put(inPieces(texts));
  const file = await blobs.put(inPieces(resultText(result)));
  const definitionSha256 = sha256Hex(canonicalJson(definition as unknown as JsonObject));
  const freshness = freshnessOf(definition, seen, cutoff);
  return {
    definition: definition.id,
    version: definition.version,
    definitionSha256,
    engine: ENGINE_VERSION,
    normaliser: NORMALISER_VERSION,
    cutoff,
    input: {
      a: { ...fileRef(extract), lines: countOf(seen, 'a'), position: seen.position },
      b: {
        lines: countOf(seen, 'b'),
        files: seen.files.length,
        sha256: seen.files.slice(0, FILES_NAMED_MAX),
      },
      ...(seen.c === undefined ? {} : { c: { lines: seen.c.length } }),
      ...(seen.leftOut === undefined ? {} : { leftOut: seen.leftOut }),
      ...(Object.keys(freshness).length === 0 ? {} : { freshness }),
      decisions: { confirmed: decisions.confirmed.length, rejected: decisions.rejected.length },
      sha256: inputHash(
        definitionSha256,
        cutoff,
        extract.sha256,
        [...seen.files, ...aliasesIn(seen)],
        decisions,
      ),
    },
    result: {
      ...fileRef(file),
      ...countsOf(result),
      status: statusOf({ freshness, isEmpty: hasEmptySide(seen) }, result),
    },
  };
}

/** Whom spellings stand for is an input like a file; a table without entries is none. */
const aliasesIn = ({ aliases }: Population): string[] =>
  aliases === undefined || aliases.size === 0
    ? []
    : [
        derivedId(
          'aliases',
          [...aliases].sort(([x], [y]) => byText(x, y)),
        ),
      ];

const NO_LINES = { a: [], b: [] };

function countOf({ states, budgets, ...sides }: Population, side: 'a' | 'b'): number {
  if (budgets !== undefined) return budgets.length;
  return states === undefined ? sides[side].length : states[side].length;
}

const hasEmptySide = (seen: Population): boolean =>
  countOf(seen, 'a') === 0 || countOf(seen, 'b') === 0 || seen.c?.length === 0;

/** What was read of the ledger beside files, side by side. */
function* ledgerExtract({ a, b, c = [], states, budgets = [] }: Population): Generator<string> {
  yield* inputExtract('A', a);
  yield* inputExtract('B', b);
  yield* inputExtract('C', c);
  for (const side of ['a', 'b'] as const)
    for (const state of states?.[side] ?? [])
      yield `${canonicalJson({ ...state, side: side.toUpperCase() } as unknown as JsonObject)}\n`;
  for (const line of budgets) yield `${canonicalJson(asJson(line))}\n`;
}

/** Figures as text: canonical JSON has no integers of any size. */
const asJson = (value: object): JsonObject =>
  JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'bigint' ? member.toString() : member,
    ),
  ) as JsonObject;

/** Days are counted from the newest day that a side tells of to the cut-off; a side that tells nothing is stale. */
function freshnessOf(
  { sides }: Definition,
  { asOf }: Population,
  cutoff: CivilDate,
): NonNullable<RunInput['freshness']> {
  const limited = sidesOf(sides).flatMap(([name, { freshnessDays: limitDays }]) => {
    if (limitDays === undefined) return [];
    const day = asOf[name];
    const isStale = day === undefined || dayNumber(cutoff) - dayNumber(day) > limitDays;
    const told = { ...(day === undefined ? {} : { asOf: day }), limitDays, isStale };
    return [[name, told] as const];
  });
  return Object.fromEntries(limited);
}

function inputHash(
  definitionSha256: string,
  cutoff: CivilDate,
  extract: string,
  files: readonly string[],
  {
    confirmed,
    rejected,
  }: { confirmed: readonly (readonly string[])[]; rejected: readonly (readonly string[])[] },
): RunInput['sha256'] {
  const keys = (sets: readonly (readonly string[])[]) => sets.map(membersKey).sort(byText);
  return derivedId(
    'run-input',
    definitionSha256,
    ENGINE_VERSION,
    NORMALISER_VERSION,
    cutoff,
    extract,
    files,
    [keys(confirmed), keys(rejected)],
  );
}

async function* inPieces(texts: Iterable<string>): AsyncGenerator<Uint8Array> {
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let used = 0;
  for (const text of texts) {
    // A UTF-16 unit takes at most three bytes.
    const most = text.length * 3;
    if (used + most > piece.length) {
      if (used > 0) yield piece.subarray(0, used);
      piece = Buffer.allocUnsafe(Math.max(PIECE_BYTES, most));
      used = 0;
    }
    used += piece.write(text, used);
  }
  if (used > 0) yield piece.subarray(0, used);
}

const fileRef = ({ sha256, bytes }: FileRef): FileRef => ({ sha256, bytes });
const byId = (x: MatchLine, y: MatchLine) => byText(x.id, y.id);
