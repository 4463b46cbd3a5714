import { formatMinor } from '../../kernel/money';
import { type MatchLine, otherSide, type Side } from './line';
import { byText } from './reference.policy';
import { type FailedPredicate, type NearestCandidate } from './result';

/** Lines under one reference that are compared; the lowest ids, so that the choice does not depend on order. */
const SAME_REFERENCE_MAX = 100;

interface Candidate {
  readonly line: MatchLine;
  readonly failed: readonly FailedPredicate[];
}

/** Finds for an open line the open line of the other side that fails fewest predicates. A hint for people, never a match. */
export class NearestCandidates {
  readonly #byReference = new Map<string, MatchLine[]>();
  readonly #byAmount = new Map<string, MatchLine[]>();

  /** @param open in order of id */
  constructor(open: readonly MatchLine[]) {
    for (const line of open) {
      for (const key of allKeys(line))
        addTo(this.#byReference, `${line.side} ${key}`, line, SAME_REFERENCE_MAX);
      addTo(this.#byAmount, amountKey(line.side, line), line, Infinity);
    }
    for (const lines of this.#byAmount.values()) {
      lines.sort((x, y) => byText(x.bookDate, y.bookDate) || byText(x.id, y.id));
    }
  }

  nearestTo(line: MatchLine): NearestCandidate | undefined {
    const side = otherSide(line.side);
    const found = new Set<MatchLine>();
    for (const key of allKeys(line))
      for (const other of this.#byReference.get(`${side} ${key}`) ?? []) found.add(other);
    for (const other of around(this.#byAmount.get(amountKey(side, line)) ?? [], line))
      found.add(other);
    const [best] = [...found]
      .map((other) => compare(line, other))
      .sort((x, y) => closer(line, x, y));
    return best === undefined ? undefined : { line: best.line.id, failed: best.failed };
  }
}

/** The lines of a list in order of date that stand next to a line's date, on either side of it. */
function around(lines: readonly MatchLine[], { bookDate }: MatchLine): readonly MatchLine[] {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byText(lines[middle]?.bookDate ?? '', bookDate) < 0) low = middle + 1;
    else high = middle;
  }
  return lines.slice(Math.max(0, low - 1), low + 1);
}

function compare(line: MatchLine, other: MatchLine): Candidate {
  const [a, b] = line.side === 'A' ? [line, other] : [other, line];
  const failed: FailedPredicate[] = [];
  const bKeys = new Set(allKeys(b));
  if (!allKeys(a).some((key) => bKeys.has(key))) {
    failed.push({ predicate: 'reference', a: allKeys(a).join(' '), b: allKeys(b).join(' ') });
  }
  if (a.currency !== b.currency)
    failed.push({ predicate: 'currency', a: a.currency, b: b.currency });
  if (a.currency !== b.currency || a.amountMinor !== b.amountMinor) {
    failed.push({ predicate: 'amount', a: amountText(a), b: amountText(b) });
  }
  if (a.account !== '' && a.account !== b.account) {
    failed.push({ predicate: 'account', a: a.account, b: b.account });
  }
  return { line: other, failed };
}

/** Fewest failed predicates, then the least difference in amount, then in days, then the lowest id. */
function closer(line: MatchLine, x: Candidate, y: Candidate): number {
  return (
    x.failed.length - y.failed.length ||
    compareBig(gap(line, x.line), gap(line, y.line)) ||
    days(line, x.line) - days(line, y.line) ||
    byText(x.line.id, y.line.id)
  );
}

/** Amounts of two currencies have no difference; they come after all that have one. */
function gap(line: MatchLine, other: MatchLine): bigint {
  if (line.currency !== other.currency) return 2n ** 64n;
  const difference = line.amountMinor - other.amountMinor;
  return difference < 0n ? -difference : difference;
}

const days = (line: MatchLine, other: MatchLine) => Math.abs(dayOf(line) - dayOf(other));
const dayOf = ({ bookDate }: MatchLine) => Date.parse(bookDate) / 86_400_000;
const compareBig = (x: bigint, y: bigint) => (x < y ? -1 : x > y ? 1 : 0);
const allKeys = ({ keys }: MatchLine) =>
  [...new Set([...keys.endToEnd, ...keys.document])].sort(byText);
const amountText = ({ amountMinor, currency }: MatchLine) => formatMinor(amountMinor, currency);
const amountKey = (side: Side, { currency, amountMinor }: MatchLine) =>
  `${side} ${currency} ${amountMinor}`;

function addTo(map: Map<string, MatchLine[]>, key: string, line: MatchLine, max: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [line]);
  else if (list.length < max) list.push(line);
}
