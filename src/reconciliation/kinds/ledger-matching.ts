import { type Decisions } from '../matching/decisions.policy';
import { type Definition } from '../matching/definition.policy';
import { matchLines, type OnStep } from '../matching/engine';
import { breakId } from '../matching/ids';
import { type MatchLine } from '../matching/line';
import { byText } from '../matching/reference.policy';
import { type Break, type Identity, type MatchGroup, type SideTotal } from '../matching/result';
import { isBookInput, type LineInput } from '../runs/input-lines';
import { byId, type Compared, identityOf, subjectBreak } from './comparison';

export interface MatchedSides {
  readonly a: readonly LineInput[];
  readonly b: readonly LineInput[];
  /** of both sides, as the engine reads them */
  readonly lines: readonly MatchLine[];
}

/**
 * Kinds that match line by line within a ledger: the engine's result, with the types that the kind knows better, groups across
 * a period's end opened as cut-off breaks, and the identities of the kind.
 */
export function matchLedger(
  definition: Definition,
  { a, b, lines }: MatchedSides,
  decisions: Decisions,
  onStep?: OnStep,
): Compared {
  const { groups: own, suggestions, ...matched } = matchLines(definition, lines, decisions, onStep);
  const inputs = new Map([...a, ...b].map((input) => [input.id, input]));
  const groups: MatchGroup[] = [];
  const breaks: Break[] = [];
  for (const group of own) {
    const cutoff = cutoffBreak(definition, group, inputs);
    if (cutoff === undefined) groups.push(group);
    else breaks.push(cutoff);
  }
  const narrow = definition.kind === 'intercompany' ? intercompanyType : subledgerType;
  breaks.push(...matched.breaks.map((item) => ({ ...item, ...narrow(item, inputs) })));
  const totals = matched.totals.flatMap((total) =>
    'side' in total ? [reopened(total, breaks, inputs)] : [],
  );
  const evidence = definition.kind === 'intercompany' ? unapproved(definition.id, a, b) : [];
  return {
    ...matched,
    groups,
    suggestions: [...suggestions],
    breaks: byId([...breaks, ...evidence]),
    totals,
    identities: byId([
      ...balanceIdentities(definition, totals, groups, breaks),
      ...(definition.kind === 'intercompany' ? fxIdentities(groups, inputs) : []),
    ]),
  };
}

type Inputs = ReadonlyMap<string, LineInput>;

const monthOf = ({ bookDate }: LineInput) => bookDate.slice(0, 7);

/** What agrees in everything but the month is right twice and in the wrong period once. A person's word stands. */
function cutoffBreak(
  { id: definition }: Definition,
  { pass, members, currency }: MatchGroup,
  inputs: Inputs,
): Break | undefined {
  const lines = members.flatMap(({ line }) => inputs.get(line) ?? []);
  const months = new Set(lines.map(monthOf));
  if (pass === 'person' || months.size < 2) return undefined;
  const ids = members.map(({ line }) => line);
  const of = (side: string) => members.filter((member) => member.side === side);
  const sum = (side: string) =>
    of(side).reduce((total, { allocatedMinor }) => total + allocatedMinor, 0n);
  const periods = (side: string) =>
    [
      ...new Set(
        of(side)
          .flatMap(({ line }) => inputs.get(line) ?? [])
          .map(monthOf),
      ),
    ]
      .sort()
      .join(' ');
  return {
    kind: 'break',
    id: breakId(definition, ids),
    type: 'CUTOFF',
    currency,
    lines: ids,
    countA: of('A').length,
    countB: of('B').length,
    aMinor: sum('A'),
    bMinor: sum('B'),
    bookDate: lines.map(({ bookDate }) => bookDate).sort()[0] ?? '',
    failed: [{ predicate: 'period', a: periods('A'), b: periods('B') }],
  };
}

/** A journal on a control account that names no document of the subledger was not made by it. */
function subledgerType({ type, lines, failed, nearest }: Break, inputs: Inputs): Partial<Break> {
  if (type === 'DATE_OUT_OF_WINDOW') return { type: 'CUTOFF', failed };
  const only = nearest?.failed.length === 1 ? nearest.failed[0] : undefined;
  if (only?.predicate === 'account') return { type: 'MISCODING', failed: [only] };
  if (only?.predicate === 'currency') return { type: 'CURRENCY_MISMATCH', failed: [only] };
  if (type !== 'UNMATCHED_B') return {};
  const line = inputs.get(lines[0] ?? '');
  const isManual = line?.references.every(({ kind }) => kind !== 'document') === true;
  return isManual ? { type: 'MISCODING' } : {};
}

/** Equal in the one functional currency and not in the transaction's: a difference of rates. */
function intercompanyType({ type, lines, failed, nearest }: Break, inputs: Inputs): Partial<Break> {
  if (type === 'DATE_OUT_OF_WINDOW') return { type: 'CUTOFF', failed };
  const [only] = nearest?.failed ?? [];
  if (nearest !== undefined && only !== undefined) {
    const [own, other] = [inputs.get(lines[0] ?? ''), inputs.get(nearest.line)];
    const names = nearest.failed.map(({ predicate }) => predicate).join(' ');
    if (names === 'currency amount') {
      return haveEqualBase(own, other) ? { type: 'FX_DIFFERENCE' } : { type: 'CURRENCY_MISMATCH' };
    }
  }
  if (type !== 'AMOUNT_DIFFERENCE') return {};
  const [x, y] = lines.map((id) => inputs.get(id));
  return haveEqualBase(x, y) ? { type: 'FX_DIFFERENCE' } : {};
}

function haveEqualBase(x: LineInput | undefined, y: LineInput | undefined): boolean {
  const [one, other] = [baseOf(x), baseOf(y)];
  return one !== undefined && other !== undefined && one.join(' ') === other.join(' ');
}

function baseOf(
  input: LineInput | undefined,
): readonly [currency: string, amount: string] | undefined {
  if (input === undefined || !isBookInput(input)) return undefined;
  const { baseAmount, baseCurrency } = input.fields ?? {};
  return baseAmount === undefined || baseCurrency === undefined
    ? undefined
    : [baseCurrency, baseAmount];
}

/** An intercompany document without evidence of approval: a break of its own, whatever it matches. */
const unapproved = (
  definition: string,
  a: readonly LineInput[],
  b: readonly LineInput[],
): Break[] => [...unapprovedOf(definition, a, 'a'), ...unapprovedOf(definition, b, 'b')];

function unapprovedOf(definition: string, inputs: readonly LineInput[], side: 'a' | 'b'): Break[] {
  return inputs
    .filter(isBookInput)
    .filter(({ fields }) => fields?.approved === undefined)
    .map((input) =>
      subjectBreak({
        definition,
        type: 'MISSING_DOCUMENT',
        check: 'approval',
        subject: { entity: input.entity, object: input.object, id: input.objectId },
        currency: input.currency,
        bookDate: input.bookDate,
        failed: [{ predicate: 'document', a: '', b: '', [side]: 'no approval' }],
        [side]: [input],
      }),
    );
}

/** Lines of groups that were opened as cut-off breaks are open. */
function reopened(total: SideTotal, breaks: readonly Break[], inputs: Inputs): SideTotal {
  let [lines, minor] = [0, 0n];
  for (const item of breaks) {
    if (item.type !== 'CUTOFF' || item.failed[0]?.predicate !== 'period') continue;
    if (item.currency !== total.currency) continue;
    lines += total.side === 'A' ? item.countA : item.countB;
    minor += total.side === 'A' ? item.aMinor : item.bMinor;
  }
  if (lines === 0 || inputs.size === 0) return total;
  return {
    ...total,
    allocatedLines: total.allocatedLines - lines,
    allocatedMinor: total.allocatedMinor - minor,
    openLines: total.openLines + lines,
    openMinor: total.openMinor + minor,
  };
}

/** Of a control account: control = subledger + items by type. Of an intercompany pair: due from - due to = open items. */
function balanceIdentities(
  { kind }: Definition,
  totals: readonly SideTotal[],
  groups: readonly MatchGroup[],
  breaks: readonly Break[],
): Identity[] {
  const currencies = [...new Set(totals.map(({ currency }) => currency))].sort(byText);
  return currencies.map((unit) => {
    const of = (side: string) =>
      totals.find((total) => total.side === side && total.currency === unit)?.amountMinor ?? 0n;
    const byType = new Map<string, bigint>();
    for (const { type, currency, aMinor, bMinor } of breaks)
      if (currency === unit) byType.set(type, (byType.get(type) ?? 0n) + bMinor - aMinor);
    const within = groups
      .filter(({ currency }) => currency === unit)
      .reduce((sum, { differenceMinor }) => sum - differenceMinor, 0n);
    const items = [...byType].sort(([x], [y]) => byText(x, y));
    const [first, second] =
      kind === 'intercompany' ? ['due to', 'due from'] : ['control account', 'subledger'];
    return identityOf({
      check: kind === 'intercompany' ? 'due-from-due-to' : 'control-account',
      unit,
      terms: [
        [first as string, of('B')],
        [second as string, of('A')],
        ['differences within groups', within],
        ...items,
      ],
    });
  });
}

/** What rates make of groups that agree in the transaction's currency, apart for each functional currency. */
function fxIdentities(groups: readonly MatchGroup[], inputs: Inputs): Identity[] {
  const sums = new Map<string, { from: bigint; to: bigint }>();
  for (const { members } of groups) {
    for (const { line, side } of members) {
      const base = baseOf(inputs.get(line));
      if (base === undefined) continue;
      const [currency, amount] = base;
      const sum = sums.get(currency) ?? { from: 0n, to: 0n };
      sums.set(currency, sum);
      const minor = BigInt(amount.replace('.', ''));
      if (side === 'A') sum.from += minor;
      else sum.to += minor;
    }
  }
  return [...sums].map(([unit, { from, to }]) =>
    identityOf({
      check: 'fx',
      unit,
      terms: [
        ['due from at own rates', from],
        ['due to at own rates', to],
        ['fx difference', from - to],
      ],
    }),
  );
}
