import { canonicalJson } from '../../kernel/canonical-json';
import { type CivilDate } from '../../kernel/civil-date';
import { tooLarge } from '../../kernel/errors';
import { sha256Hex } from '../../kernel/hash';
import { type JsonObject } from '../../kernel/json';
import { formatMinor } from '../../kernel/money';
import { type BlobStore } from '../../blob-store';
import { type FileRef } from '../imports/batch.events';
import { type Decisions, membersKey } from '../matching/decisions.policy';
import { type Definition } from '../matching/definition.policy';
import { ENGINE_VERSION, type Matched, matchLines, type OnStep } from '../matching/engine';
import { derivedId } from '../matching/ids';
import { type MatchLine } from '../matching/line';
import { byText, NORMALISER_VERSION } from '../matching/reference.policy';
import { type SideTotal } from '../matching/result';
import { resultText } from '../matching/result-file';
import { bookMatchLine, extractOf, statementMatchLine } from './input-lines';
import { type RunCommitted, type RunInput, type RunResult, type RunTotal } from './matching.events';
import { type Population } from './population';

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
const TOTALS_MAX = 200;
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
  const count = seen.a.length + seen.b.length;
  if (count > RUN_LINES_MAX) throw tooLarge('The population', RUN_LINES_MAX, count, 'lines');
  const a = seen.a.map(bookMatchLine).sort(byId);
  const b = seen.b.map(statementMatchLine);
  const result = matchLines(definition, [...a, ...b], decisions, onStep);
  const extract = await blobs.put(inPieces(extractOf(a)));
  const file = await blobs.put(inPieces(resultText(result)));
  const definitionSha256 = sha256Hex(canonicalJson(definition as unknown as JsonObject));
  return {
    definition: definition.id,
    version: definition.version,
    definitionSha256,
    engine: ENGINE_VERSION,
    normaliser: NORMALISER_VERSION,
    cutoff,
    input: {
      a: { ...fileRef(extract), lines: a.length, position: seen.position },
      b: {
        lines: b.length,
        files: seen.files.length,
        sha256: seen.files.slice(0, FILES_NAMED_MAX),
      },
      decisions: { confirmed: decisions.confirmed.length, rejected: decisions.rejected.length },
      sha256: inputHash(definitionSha256, cutoff, extract.sha256, seen.files, decisions),
    },
    result: { ...fileRef(file), ...countsOf(result) },
  };
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

function countsOf({
  groups,
  ambiguities,
  suggestions,
  breaks,
  totals,
}: Matched): Omit<RunResult, keyof FileRef> {
  return {
    groups: groups.length,
    ambiguities: ambiguities.length,
    suggestions: suggestions.length,
    breaks: tally(breaks.map(({ type }) => type)),
    passes: sorted(groups.tally()),
    totals: totals
      .filter((total): total is SideTotal => 'side' in total)
      .slice(0, TOTALS_MAX)
      .map(runTotal),
  };
}

function runTotal(total: SideTotal): RunTotal {
  const { side, currency, lines, allocatedLines, openLines } = total;
  const text = (minor: bigint) => formatMinor(minor, currency);
  return {
    side,
    currency,
    lines,
    amount: text(total.amountMinor),
    allocatedLines,
    allocated: text(total.allocatedMinor),
    openLines,
    open: text(total.openMinor),
  };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return sorted(counts);
}

const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([x], [y]) => byText(x, y)));

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
