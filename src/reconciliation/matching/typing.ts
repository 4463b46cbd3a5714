import { formatMinor } from '../../kernel/money';
import { componentsOf } from './candidates';
import { type Definition } from './definition.policy';
import { breakId } from './ids';
import { type MatchLine } from './line';
import { NearestCandidates } from './nearest';
import { byText } from './reference.policy';
import {
  type Ambiguity,
  type AmbiguityReason,
  type Break,
  type BreakType,
  type FailedPredicate,
} from './result';

interface Typed {
  readonly type: BreakType;
  readonly reason?: AmbiguityReason;
  readonly failed?: readonly FailedPredicate[];
}

/**
 * Every open line as part of one break: ambiguous sets, then lines that agree in reference and not in amount, then single
 * lines with their nearest candidate.
 *
 * @param available lines that no pass took, in order of id
 * @param all all lines, in order of id
 */
export function breaksOf(
  definition: Definition,
  available: readonly MatchLine[],
  ambiguities: readonly Ambiguity[],
  all: readonly MatchLine[],
): Break[] {
  const byId = new Map(all.map((line) => [line.id, line]));
  const breaks = ambiguities.map(({ lines, reason }) => {
    const type = reason === 'surplus-twin' ? 'DUPLICATE' : 'AMBIGUOUS';
    return breakOf(
      definition.id,
      lines.map((id) => byId.get(id) as MatchLine),
      { type, reason },
    );
  });
  let open = available;
  for (const { account, key } of definition.passes) {
    const taken = new Set<string>();
    for (const { a, b } of componentsOf(open, { account, key }, 'any')) {
      const lines = [...a, ...b].sort((x, y) => byText(x.id, y.id));
      breaks.push(breakOf(definition.id, lines, amountDifference(a, b)));
      for (const { id } of lines) taken.add(id);
    }
    if (taken.size > 0) open = open.filter(({ id }) => !taken.has(id));
  }
  return [...breaks, ...unmatched(definition.id, open)];
}

/** One reference, one line a side, two amounts. More lines under one reference: a person decides which belong together. */
function amountDifference(a: readonly MatchLine[], b: readonly MatchLine[]): Typed {
  const [bookLine] = a;
  const [bankLine] = b;
  if (a.length > 1 || b.length > 1 || bookLine === undefined || bankLine === undefined) {
    return { type: 'AMBIGUOUS', reason: 'key-reused' };
  }
  // Equal amounts are here only if a person rejected the pair.
  if (bookLine.amountMinor === bankLine.amountMinor)
    return { type: 'AMBIGUOUS', reason: 'competing' };
  const { currency } = bookLine;
  const failed: FailedPredicate = {
    predicate: 'amount',
    a: formatMinor(bookLine.amountMinor, currency),
    b: formatMinor(bankLine.amountMinor, currency),
  };
  return { type: 'AMOUNT_DIFFERENCE', failed: [failed] };
}

function unmatched(definition: string, open: readonly MatchLine[]): Break[] {
  const candidates = new NearestCandidates(open);
  return open.map((line) => {
    const nearest = candidates.nearestTo(line);
    const type = line.side === 'A' ? 'UNMATCHED_A' : 'UNMATCHED_B';
    return {
      ...breakOf(definition, [line], { type }),
      ...(nearest === undefined ? {} : { nearest }),
    };
  });
}

/** @param lines in order of id */
function breakOf(
  definition: string,
  lines: readonly MatchLine[],
  { type, reason, failed = [] }: Typed,
): Break {
  const ids = lines.map(({ id }) => id);
  const sum = (side: 'A' | 'B') =>
    lines.reduce((total, l) => (l.side === side ? total + l.amountMinor : total), 0n);
  return {
    kind: 'break',
    id: breakId(definition, ids),
    type,
    ...(reason === undefined ? {} : { reason }),
    currency: lines[0]?.currency ?? '',
    lines: ids,
    countA: lines.filter(({ side }) => side === 'A').length,
    countB: lines.filter(({ side }) => side === 'B').length,
    aMinor: sum('A'),
    bMinor: sum('B'),
    bookDate: lines.map(({ bookDate }) => bookDate).sort(byText)[0] ?? '',
    failed,
  };
}
