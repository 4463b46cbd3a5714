import { type Compared, moneyText } from '../kinds/comparison';
import { type Matched } from '../matching/engine';
import { byText } from '../matching/reference.policy';
import { type SideTotal } from '../matching/result';
import { type FileRef } from '../imports/batch.events';
import { type RunInput, type RunResult, type RunStatus, type RunTotal } from './matching.events';

const TOTALS_MAX = 200;

/** What the event tells of a result: counts and totals. */
export function countsOf(result: Matched | Compared): Omit<RunResult, keyof FileRef | 'status'> {
  const { groups, ambiguities, suggestions, breaks, totals, identities } = result;
  const passes =
    'tally' in groups ? sorted(groups.tally()) : tally([...groups].map(({ pass }) => pass));
  return {
    groups: groups.length,
    ambiguities: ambiguities.length,
    suggestions: suggestions.length,
    breaks: tally(breaks.map(({ type }) => type)),
    passes,
    totals: totals
      .filter((total): total is SideTotal => 'side' in total)
      .slice(0, TOTALS_MAX)
      .map(runTotal),
    ...(identities === undefined
      ? {}
      : {
          identities: {
            checked: identities.length,
            failed: identities.filter(({ holds }) => !holds).length,
          },
        }),
  };
}

/**
 * A side that is behind says nothing about agreement: neither that it agrees nor by how much it differs. Nor does a side
 * without a line.
 */
export function statusOf(
  { freshness = {}, isEmpty }: Pick<RunInput, 'freshness'> & { readonly isEmpty: boolean },
  { breaks, identities }: Matched | Compared,
): RunStatus {
  if (Object.values(freshness).some(({ isStale }) => isStale)) return 'stale';
  const hasFailed = identities?.some(({ holds }) => !holds) === true;
  if (breaks.length > 0 || hasFailed) return 'differs';
  return isEmpty ? 'empty' : 'agrees';
}

function runTotal(total: SideTotal): RunTotal {
  const { side, currency, lines, allocatedLines, openLines } = total;
  const text = (minor: bigint) => moneyText(minor, currency);
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
