import { type Definition } from './definition.policy';
import { type ExplainedBreak, type ExplainedGroup } from './explain.policy';
import { grouped } from './explain-facts.policy';

type Head = (item: ExplainedBreak, definition: Definition) => string;

/** What is open, in the words of the kinds that compare by a key of their own; `undefined` for the others. */
export function headOfKind(item: ExplainedBreak, definition: Definition): string | undefined {
  return HEADS[item.type]?.(item, definition);
}

const valuesOf = ({ failed }: ExplainedBreak) => ({ a: failed[0]?.a ?? '', b: failed[0]?.b ?? '' });

const HEADS: Readonly<Record<string, Head>> = {
  QUANTITY_VARIANCE: (item) => {
    const { a, b } = valuesOf(item);
    return item.subject?.check === 'received'
      ? `Order line ${lineOf(item)}: received ${b}, more than the ${a} ordered.`
      : `Order line ${lineOf(item)}: billed ${b}, more than the ${a} received.`;
  },
  OVER_ALLOCATED: (item, definition) => {
    const { a, b } = valuesOf(item);
    return definition.kind === 'budget'
      ? `${placeOf(item)}: committed and actual ${item.currency} ${grouped(b)}, more than the budget of ${grouped(a)}.`
      : `Order line ${lineOf(item)}: billed ${b}, more than the ${a} ordered.`;
  },
  PRICE_VARIANCE: (item) => {
    const { a, b } = valuesOf(item);
    return `Order line ${lineOf(item)}: billed ${item.currency} ${grouped(b)}; the order's price makes it ${grouped(a)}.`;
  },
  TAX_VARIANCE: (item) => {
    const { a, b } = valuesOf(item);
    return `Order line ${lineOf(item)}: tax ${item.currency} ${grouped(b)}; the order makes it ${grouped(a)}.`;
  },
  MISSING_DOCUMENT: (item) => {
    const { a, b } = valuesOf(item);
    if (item.subject?.orderLine === undefined)
      return `${objectOf(item)}: no evidence of its approval.`;
    return a === 'no receipt'
      ? `Order line ${lineOf(item)}: billed, and nothing was received.`
      : `${lineOf(item)}: a line of ${b === 'receipt' ? 'a receipt' : 'an invoice'} whose order line is not there.`;
  },
  CURRENCY_MISMATCH: (item, { sides }) => {
    const { a, b } = valuesOf(item);
    return `Other currency: ${sides.A.name} ${a}, ${sides.B.name} ${b}.`;
  },
  CUTOFF: (item, { sides, kind }) => {
    const { a, b } = valuesOf(item);
    if (kind === 'budget')
      return `${placeOf(item)}: booked in ${b}, and counted in ${a}: ${moneyOf(item)}.`;
    return item.failed[0]?.predicate === 'period'
      ? `Same reference and amount in two periods: ${sides.A.name} ${a}, ${sides.B.name} ${b}.`
      : `Same reference and amount, date outside the window: ${sides.A.name} ${a}, ${sides.B.name} ${b}.`;
  },
  MISCODING: (item, { sides, kind }) => {
    const { a, b } = valuesOf(item);
    if (kind === 'budget')
      return `${placeOf(item)}: committed and actual ${item.currency} ${grouped(b)} without a budget.`;
    return item.failed[0]?.predicate === 'account'
      ? `Another account: ${sides.A.name} ${a}, ${sides.B.name} ${b}.`
      : `On the ${sides.B.name} without a document of the ${sides.A.name}: a manual posting.`;
  },
  FX_DIFFERENCE: (item, { sides }) =>
    `Equal in the functional currency and not in that of the transaction: ${item.failed
      .map(({ predicate, a, b }) => `${predicate} (${sides.A.name} ${a}, ${sides.B.name} ${b})`)
      .join('; ')}.`,
  STATE_MISMATCH: (item, { sides }) => {
    const { a, b } = stateOf(item);
    return `${objectOf(item)}: ${sides.A.name} says ${a}, ${sides.B.name} says ${b}, which legal steps do not lead to from there.`;
  },
  STALE_TARGET: (item, { sides, kind }) => {
    if (kind === 'budget')
      return `${placeOf(item)}: ${item.failed[0]?.b ?? ''}; the figures may move.`;
    const { predicate = 'state', a = '', b = '' } = item.failed[0] ?? {};
    return `${objectOf(item)}: ${sides.B.name} is behind: ${predicate} ${b === '' ? 'none' : b}, in the ${sides.A.name} ${a}.`;
  },
  BALANCE_BREAK: (item, { sides }) => {
    const { a, b } = valuesOf(item);
    const told = (value: string) =>
      value === '' ? 'no balance' : `${item.currency} ${grouped(value)}`;
    return `Account ${item.subject?.account ?? ''}: ${sides.A.name} ${told(a)}, ${sides.B.name} ${told(b)}.`;
  },
};

/** Breaks of the general types that are about a subject instead of lines. */
export function headOfSubject(item: ExplainedBreak, { sides }: Definition): string | undefined {
  const { type, subject } = item;
  if (subject === undefined) return undefined;
  const { a, b } = valuesOf(item);
  switch (type) {
    case 'UNMATCHED_A':
      return `${objectOf(item)}: ${a} in the ${sides.A.name}, and not in the ${sides.B.name}.`;
    case 'UNMATCHED_B':
      return `${objectOf(item)}: ${b} in the ${sides.B.name}, and not in the ${sides.A.name}.`;
    case 'DUPLICATE':
      return `One document in two spellings: ${a} and ${b}.`;
    case 'AMOUNT_DIFFERENCE':
      return `${objectOf(item)}: amount ${grouped(a)} in the ${sides.A.name}, ${grouped(b)} in the ${sides.B.name}.`;
    default:
      return undefined;
  }
}

const lineOf = ({ subject }: ExplainedBreak) => subject?.orderLine ?? '';
const objectOf = ({ subject }: ExplainedBreak) => `${subject?.object ?? ''} ${subject?.id ?? ''}`;
const placeOf = ({ subject }: ExplainedBreak) =>
  [subject?.costCenter, subject?.account, subject?.period]
    .filter((part) => part !== undefined && part !== '')
    .join(' / ');

/** Open amount as it stands on side B. */
const moneyOf = ({ currency = '', openB = '' }: ExplainedBreak) =>
  openB === '' ? currency : `${currency} ${grouped(openB)}`;

function stateOf({ failed }: ExplainedBreak): { readonly a: string; readonly b: string } {
  const state = failed.find(({ predicate }) => predicate === 'state');
  return { a: state?.a ?? '', b: state?.b ?? '' };
}

/** Why the documents of an order line agree. */
export function explainOrderLine({ keys, currency, facts }: ExplainedGroup): string {
  const { ordered, received, billed, price, receivedNotBilled } = facts?.figures ?? {};
  return (
    `Order line ${keys.join(', ')}: ordered ${ordered} at ${currency} ${price}, received ${received}, billed ${billed}. ` +
    `Received is at most what was ordered, billed at most what was received, at the order's price, each within its tolerance. ` +
    `Received and not billed: ${currency} ${grouped(receivedNotBilled ?? '')}.`
  );
}
