import { type CivilDate } from '../../kernel/civil-date';
import { type Definition } from '../matching/definition.policy';
import { type SideName } from '../matching/line';
import { byText } from '../matching/reference.policy';
import { type Break, type BreakType, type Identity, type SideTotal } from '../matching/result';
import { byId, type Compared, identityOf, moneyText, subjectBreak } from './comparison';

/** One budget line with its figures, and the same figures added up from the documents behind them. */
export interface BudgetInput {
  readonly id: string;
  readonly entity: string;
  readonly costCenter: string;
  readonly account: string;
  readonly project: string;
  readonly period: string;
  readonly currency: string;
  /** budgets in force for it; none makes every amount on it one without budget */
  readonly budgets: number;
  /** documents whose amount or rate is not certain */
  readonly gaps: number;
  readonly figures: BudgetFigures;
  readonly fromDocuments: Omit<BudgetFigures, 'planned'>;
  /** booked documents that count in a period other than their month; at most 16 are named */
  readonly elsewhere: readonly {
    readonly id: string;
    readonly month: string;
    readonly minor: bigint;
  }[];
}

export interface BudgetFigures {
  readonly planned: bigint;
  readonly precommitted: bigint;
  readonly committed: bigint;
  readonly actual: bigint;
}

/** Budget, open commitments and actuals by cost center, account, project and period. */
export function compareBudgets(
  { id: definition }: Definition,
  lines: readonly BudgetInput[],
  cutoff: CivilDate,
): Compared {
  const breaks: Break[] = [];
  const identities: Identity[] = [];
  for (const line of lines) {
    breaks.push(...breaksOf(definition, line, cutoff));
    identities.push(available(line));
  }
  return {
    groups: [],
    ambiguities: [],
    suggestions: [],
    breaks: byId(breaks),
    totals: totalsOf(lines),
    identities: byId(identities),
  };
}

const spent = ({ precommitted, committed, actual }: Omit<BudgetFigures, 'planned'>): bigint =>
  precommitted + committed + actual;

function* breaksOf(definition: string, line: BudgetInput, cutoff: CivilDate): Generator<Break> {
  const { entity, costCenter, account, project, period, currency, figures } = line;
  const text = (minor: bigint) => moneyText(minor, currency);
  const places = { entity, costCenter, account, project, period, currency };
  const made = (type: BreakType, check: string, a: bigint, b: bigint, [x, y]: readonly string[]) =>
    subjectBreak({
      definition,
      type,
      check,
      subject: places,
      currency,
      bookDate: dayOf(period, cutoff),
      failed: [
        { predicate: check === 'period' ? 'period' : 'budget', a: x ?? text(a), b: y ?? text(b) },
      ],
      aMinor: a,
      bMinor: b,
    });
  const used = spent(figures);
  if (line.budgets === 0 && used !== 0n) yield made('MISCODING', 'no budget', 0n, used, []);
  else if (used > figures.planned)
    yield made('OVER_ALLOCATED', 'available', figures.planned, used, []);
  if (line.gaps > 0)
    yield made('STALE_TARGET', 'certain', 0n, 0n, ['certain', `${line.gaps} documents uncertain`]);
  for (const { id, month, minor } of line.elsewhere)
    yield made('CUTOFF', `period ${id}`, 0n, minor, [period, `${month} ${id}`]);
}

/** A period is dated by its first day; one that is no month by the cut-off. */
const dayOf = (period: string, cutoff: CivilDate): CivilDate =>
  /^\d{4}-(?:0[1-9]|1[0-2])$/.test(period) ? `${period}-01` : cutoff;

/** budget = commitments + actuals + available, with what the documents themselves add up to. */
function available({ figures, fromDocuments, currency, ...line }: BudgetInput): Identity {
  const { entity, costCenter, account, project, period } = line;
  return identityOf({
    check: 'available',
    unit: currency,
    place: [entity, costCenter, account, project, period].join(' '),
    terms: [
      ['budget', figures.planned],
      ['requested', fromDocuments.precommitted],
      ['committed', fromDocuments.committed],
      ['actual', fromDocuments.actual],
      ['available', figures.planned - spent(figures)],
    ],
  });
}

function totalsOf(lines: readonly BudgetInput[]): SideTotal[] {
  const totals = new Map<string, { -readonly [K in keyof SideTotal]: SideTotal[K] }>();
  const add = (side: SideName, currency: string, minor: bigint, isOver: boolean) => {
    const id = `side/${side}/${currency}`;
    const total = totals.get(id) ?? {
      ...{ kind: 'total' as const, id, side, currency, lines: 0, amountMinor: 0n },
      ...{ allocatedLines: 0, allocatedMinor: 0n, openLines: 0, openMinor: 0n },
    };
    totals.set(id, total);
    total.lines += 1;
    total.amountMinor += minor;
    total[isOver ? 'openLines' : 'allocatedLines'] += 1;
    total[isOver ? 'openMinor' : 'allocatedMinor'] += minor;
  };
  for (const { currency, figures } of lines) {
    const isOver = spent(figures) > figures.planned;
    add('A', currency, figures.planned, isOver);
    add('B', currency, figures.precommitted + figures.committed, isOver);
    add('C', currency, figures.actual, isOver);
  }
  return [...totals.values()].sort((x, y) => byText(x.id, y.id));
}
