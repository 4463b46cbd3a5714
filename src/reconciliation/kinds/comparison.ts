import { type CivilDate } from '../../kernel/civil-date';
import { amountText } from '../matching/amount-text.policy';
import { subjectBreakId } from '../matching/ids';
import { type SideName } from '../matching/line';
import { byText } from '../matching/reference.policy';
import {
  type Break,
  type BreakType,
  type FailedPredicate,
  type Identity,
  type MatchResult,
  type SideTotal,
} from '../matching/result';
import { type LineInput } from '../runs/input-lines';

/** A result whose identities were checked. */
export type Compared = MatchResult & { readonly identities: readonly Identity[] };

/** Currency of what is no money: a state, a quantity. */
export const NO_CURRENCY = 'XXX';

export interface SubjectBreak {
  readonly definition: string;
  readonly type: BreakType;
  /** tells apart what is checked on one subject */
  readonly check: string;
  readonly subject: Readonly<Record<string, string>>;
  readonly currency: string;
  readonly aMinor?: bigint;
  readonly bMinor?: bigint;
  readonly bookDate: CivilDate;
  readonly failed: readonly FailedPredicate[];
  readonly a?: readonly LineInput[];
  readonly b?: readonly LineInput[];
}

/** A break that is about a subject: its id stays when other lines join the subject. */
export function subjectBreak(about: SubjectBreak): Break {
  const { definition, type, check, subject, currency, bookDate, failed, a = [], b = [] } = about;
  return {
    kind: 'break',
    id: subjectBreakId(definition, subject, check),
    type,
    currency,
    lines: [...a, ...b].map(({ id }) => id).sort(byText),
    countA: a.length,
    countB: b.length,
    aMinor: about.aMinor ?? 0n,
    bMinor: about.bMinor ?? 0n,
    bookDate,
    failed,
    subject: { ...subject, check },
  };
}

export interface CountedLine {
  readonly input: LineInput;
  readonly side: SideName;
  readonly minor: bigint;
  readonly isAllocated: boolean;
}

/** Lines of each side and currency: all = allocated + open. */
export function sideTotals(lines: Iterable<CountedLine>): SideTotal[] {
  const totals = new Map<string, { -readonly [K in keyof SideTotal]: SideTotal[K] }>();
  for (const { input, side, minor, isAllocated } of lines) {
    const { currency } = input;
    const id = `side/${side}/${currency}`;
    const total = totals.get(id) ?? {
      kind: 'total' as const,
      id,
      side,
      currency,
      lines: 0,
      amountMinor: 0n,
      allocatedLines: 0,
      allocatedMinor: 0n,
      openLines: 0,
      openMinor: 0n,
    };
    totals.set(id, total);
    total.lines += 1;
    total.amountMinor += minor;
    if (isAllocated) {
      total.allocatedLines += 1;
      total.allocatedMinor += minor;
    } else {
      total.openLines += 1;
      total.openMinor += minor;
    }
  }
  return [...totals.values()].sort((x, y) => byText(x.id, y.id));
}

export interface Equation {
  readonly check: string;
  readonly unit: string;
  /** where it holds: an account, an entity */
  readonly place?: string;
  /** the first = the sum of the others */
  readonly terms: readonly (readonly [name: string, value: bigint])[];
}

export function identityOf({ check, unit, place, terms }: Equation): Identity {
  const [first, ...others] = terms.map(([, value]) => value);
  const text = (value: bigint) => amountText(value, unit);
  return {
    kind: 'identity',
    id: ['identity', check, ...(place === undefined ? [] : [place]), unit].join('/'),
    check,
    unit,
    terms: terms.map(([name, value]) => ({ name, value: text(value) })),
    holds: (first ?? 0n) === others.reduce((sum, value) => sum + value, 0n),
  };
}

export { amountText as moneyText };

export const byId = <T extends { readonly id: string }>(items: readonly T[]): T[] =>
  [...items].sort((x, y) => byText(x.id, y.id));
