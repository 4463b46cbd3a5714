import { lineIdOf } from '../../src/controls/budget/budget-line.policy';
import { REPORTED_FIGURES, type ReportedFigure } from '../../src/controls/budget/reported.events';
import { sha256Hex } from '../../src/kernel/hash';
import { type JsonObject } from '../../src/kernel/json';
import { formatMinor } from '../../src/kernel/money';
import { type Page, pageOf, type PageKey, type Snapshot } from '../read-model';
import { named } from './budgets.view';
import { type ComparedLine, comparedLines, orderOf } from './compared-lines';
import { availableOf } from './line-rows';
import { type Report } from './reports.view';

/** What a difference is, the first that fits. */
export const DIFFERENCE_TYPES = [
  'UNMATCHED_A',
  'UNMATCHED_B',
  'CUTOFF',
  'MISCODING',
  'AMOUNT_DIFFERENCE',
  'OVER_ALLOCATED',
] as const;
export type DifferenceType = (typeof DIFFERENCE_TYPES)[number];

interface Difference {
  readonly line: ComparedLine;
  readonly figure: ReportedFigure | 'available';
  readonly ours: bigint;
  readonly theirs: bigint;
}

interface Typed extends Difference {
  readonly type: DifferenceType;
  readonly explanation: string;
  /** documents or lines that the explanation names, the first sixteen */
  readonly because: readonly string[];
}

const NAMED_MAX = 16;
const MOVED_AFTER = `
  SELECT stream, minor FROM budget_document
   WHERE line = :line AND stage = :stage AND moved_at >= :after
   ORDER BY stream`;

export interface DifferencesRequest {
  readonly report: Report;
  readonly type?: DifferenceType | undefined;
  readonly limit: number;
  readonly after?: PageKey;
}

export interface Differences extends Page<JsonObject> {
  /** of all lines, by currency and figure */
  readonly totals: readonly JsonObject[];
}

/**
 * Where another system's figures are not those of the ledger, line by line, each with its most likely reason. A line that
 * is overspent is listed even where both agree.
 */
export function listDifferences(
  db: Snapshot,
  { report, type, limit, after }: DifferencesRequest,
): Differences {
  const lines = comparedLines(db, report.entity, report.id);
  const all = lines.flatMap(differencesOf);
  const opposite = oppositesOf(all);
  const rows = all
    .map((one) => typed(db, one, { report, opposite }))
    .filter((one) => type === undefined || one.type === type)
    .filter((one) => after === undefined || keyOf(one) > (after[0] ?? ''));
  const page = pageOf(rows.slice(0, limit + 1), limit, {
    keyOf: (one) => [keyOf(one)],
    item: (one) => differenceJson(one, report),
    position: db.position,
  });
  return { ...page, totals: totalsOf(lines) };
}

const keyOf = ({ line, figure }: Difference): string =>
  `${orderOf(line.key)}\u0000${[...REPORTED_FIGURES, 'available'].indexOf(figure)}`;

function differencesOf(line: ComparedLine): Difference[] {
  const found: Difference[] = [];
  for (const figure of REPORTED_FIGURES) {
    const theirs = line.theirs[figure];
    const ours = line.ours?.[figure] ?? 0n;
    // What a system does not state is not compared; a line it leaves out altogether is.
    const isLeftOut = Object.keys(line.theirs).length === 0;
    if (theirs === undefined && !isLeftOut) continue;
    if (ours !== (theirs ?? 0n)) found.push({ line, figure, ours, theirs: theirs ?? 0n });
  }
  const { ours } = line;
  if (ours !== undefined && ours.budgets > 0 && availableOf(ours) < 0n)
    found.push({ line, figure: 'available', ours: availableOf(ours), theirs: 0n });
  return found;
}

type Opposites = ReadonlyMap<string, readonly Difference[]>;

const amountKey = ({ line, figure }: Difference, difference: bigint): string =>
  `${figure} ${line.key.currency} ${difference}`;

/** Differences by figure, currency and amount, to find the line on which the same amount is too much. */
function oppositesOf(all: readonly Difference[]): Opposites {
  const found = new Map<string, Difference[]>();
  for (const one of all) {
    const key = amountKey(one, one.ours - one.theirs);
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
}

function typed(
  db: Snapshot,
  one: Difference,
  { report, opposite }: { readonly report: Report; readonly opposite: Opposites },
): Typed {
  const { line, figure, ours, theirs } = one;
  const text = (minor: bigint) => `${formatMinor(minor, line.key.currency)} ${line.key.currency}`;
  if (figure === 'available') {
    const explanation = `More than the budget is reserved, ordered and spent: ${text(ours)} is left.`;
    return { ...one, type: 'OVER_ALLOCATED', explanation, because: [] };
  }
  if (line.ours === undefined) {
    const explanation = `${report.system} states ${text(theirs)}; the ledger has no such line.`;
    return { ...one, type: 'UNMATCHED_B', explanation, because: [] };
  }
  const late = figure === 'planned' ? undefined : cutoffOf(db, one, report);
  if (late !== undefined) return { ...one, type: 'CUTOFF', ...late };
  if (Object.keys(line.theirs).length === 0) {
    const explanation = `The ledger has ${text(ours)}; ${report.system} has no such line.`;
    return { ...one, type: 'UNMATCHED_A', explanation, because: [] };
  }
  const others = opposite.get(amountKey(one, theirs - ours)) ?? [];
  const [other] = others;
  if (other !== undefined && others.length === 1) {
    const place = Object.values(named(dimensionsOf(other.line))).join(' ');
    const explanation = `${text(abs(ours - theirs))} is on this line in one system and on ${place} in the other.`;
    return { ...one, type: 'MISCODING', explanation, because: [lineIdOf(other.line.key)] };
  }
  const explanation = `${text(ours)} here, ${text(theirs)} in ${report.system}; nothing known explains ${text(ours - theirs)}.`;
  return { ...one, type: 'AMOUNT_DIFFERENCE', explanation, because: [] };
}

const abs = (minor: bigint): bigint => (minor < 0n ? -minor : minor);

/**
 * Documents that moved after the date of the report, where they are the whole difference; of a commitment also those that
 * turned it into an actual since.
 */
function cutoffOf(
  db: Snapshot,
  { line, figure, ours, theirs }: Difference,
  { system, asOf }: Report,
): Pick<Typed, 'explanation' | 'because'> | undefined {
  const { currency } = line.key;
  const difference = ours - theirs;
  const after = (stage: string) => movedAfter(db, { line: line.id, stage, asOf });
  const told = ({ streams }: Moved, what: string) => {
    const many = streams.length === 1 ? 'a document' : `${streams.length} documents`;
    const amount = `${formatMinor(abs(difference), currency)} ${currency}`;
    const explanation = `${amount} ${what} ${many} after ${asOf}, the date of the figures of ${system}.`;
    return { explanation, because: streams.slice(0, NAMED_MAX) };
  };
  const own = after(figure);
  if (own.streams.length > 0 && own.minor === difference) return told(own, 'is of');
  const billed = figure === 'committed' ? after('actual') : NOTHING_MOVED;
  return billed.streams.length > 0 && billed.minor === -difference
    ? told(billed, 'became actual by')
    : undefined;
}

interface Moved {
  readonly minor: bigint;
  readonly streams: readonly string[];
}

const NOTHING_MOVED: Moved = { minor: 0n, streams: [] };

function movedAfter(
  db: Snapshot,
  { line, stage, asOf }: { readonly line: string; readonly stage: string; readonly asOf: string },
): Moved {
  // From the day after, in UTC: the date itself is in their figures, and no hour of it sorts behind `T24`.
  const params = { line, stage, after: `${asOf}T24` };
  const rows = db.all<{ stream: string; minor: string }>(MOVED_AFTER, params);
  return {
    minor: rows.reduce((sum, { minor }) => sum + BigInt(minor), 0n),
    streams: rows.map(({ stream }) => stream),
  };
}

const dimensionsOf = ({ key }: ComparedLine) => {
  const { costCenter, account, project, period } = key;
  return { costCenter, account, project, period };
};

function differenceJson(one: Typed, { entity, system, asOf }: Report): JsonObject {
  const { line, figure, ours, theirs, type, explanation, because } = one;
  const { currency } = line.key;
  const isOwn = figure === 'available';
  return {
    id: sha256Hex(JSON.stringify([entity, system, asOf, line.id, figure])).slice(0, 32),
    ...{ type, line: line.id, entity, dimensions: named(dimensionsOf(line)), currency, figure },
    ours: formatMinor(ours, currency),
    ...(isOwn
      ? {}
      : {
          theirs: formatMinor(theirs, currency),
          difference: formatMinor(ours - theirs, currency),
        }),
    ...{ explanation, because: [...because] },
  };
}

/** Over all lines: ours - theirs = difference, so that the differences listed can be added up. */
function totalsOf(lines: readonly ComparedLine[]): JsonObject[] {
  const totals = new Map<
    string,
    { currency: string; figure: string; ours: bigint; theirs: bigint }
  >();
  for (const line of lines)
    for (const figure of REPORTED_FIGURES) {
      const isLeftOut = Object.keys(line.theirs).length === 0;
      if (line.theirs[figure] === undefined && !isLeftOut) continue;
      const { currency } = line.key;
      const key = `${currency} ${REPORTED_FIGURES.indexOf(figure)}`;
      const total = totals.get(key) ?? { currency, figure, ours: 0n, theirs: 0n };
      total.ours += line.ours?.[figure] ?? 0n;
      total.theirs += line.theirs[figure] ?? 0n;
      totals.set(key, total);
    }
  return [...totals.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { currency, figure, ours, theirs }]) => ({
      ...{ currency, figure, ours: formatMinor(ours, currency) },
      theirs: formatMinor(theirs, currency),
      difference: formatMinor(ours - theirs, currency),
    }));
}
