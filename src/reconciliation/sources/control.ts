import { formatMinor } from '../../kernel/money';
import { type Balance, type Control } from './statement';

/** Sums in one currency; debit as a positive figure. */
export interface Movement {
  creditMinor: bigint;
  debitMinor: bigint;
}

/** Sums by currency. */
export type Movements = Map<string, Movement>;

export function addMovement(sums: Movements, currency: string, amountMinor: bigint): void {
  const sum = sums.get(currency) ?? { creditMinor: 0n, debitMinor: 0n };
  if (amountMinor < 0n) sum.debitMinor -= amountMinor;
  else sum.creditMinor += amountMinor;
  sums.set(currency, sum);
}

export interface BalanceClaim {
  readonly opening: Balance | undefined;
  readonly closing: Balance | undefined;
  /** balances that the file states and that cannot be read */
  readonly unread: number;
  readonly rejected: number;
  readonly movements: ReadonlyMap<string, Movement>;
}

/** opening + movements = closing, in one currency and with every row read. What is absent is no pass. */
export function balanceControl(claim: BalanceClaim): Control {
  const { opening, closing, unread, rejected } = claim;
  if (unread > 0) return failed(`${unread} of the stated balances cannot be read.`);
  if (opening === undefined || closing === undefined) {
    const missing = [opening ?? 'opening', closing ?? 'closing'].filter(
      (b) => typeof b === 'string',
    );
    return notStated(`No booked ${missing.join(' and no ')} balance is stated.`);
  }
  if (closing.currency !== opening.currency) {
    return failed(
      `The opening balance is in ${opening.currency}, the closing balance in ${closing.currency}.`,
    );
  }
  const fault = differenceOf(opening, closing, claim.movements);
  if (fault !== undefined) return failed(fault);
  if (rejected > 0) return failed(unreadable(rejected));
  return { verdict: 'passed' };
}

function differenceOf(
  { currency, amountMinor }: Balance,
  closing: Balance,
  movements: ReadonlyMap<string, Movement>,
): string | undefined {
  const foreign = [...movements.keys()].filter((c) => c !== currency);
  if (foreign.length > 0)
    return `Balances are in ${currency}, entries also in ${foreign.join(', ')}.`;
  const { creditMinor, debitMinor } = movements.get(currency) ?? NOTHING;
  const expected = amountMinor + creditMinor - debitMinor;
  if (expected === closing.amountMinor) return undefined;
  const figures =
    `opening ${moneyText(amountMinor, currency)} + credits ${moneyText(creditMinor, currency)}` +
    ` - debits ${moneyText(debitMinor, currency)} = ${moneyText(expected, currency)}`;
  const gap = moneyText(closing.amountMinor - expected, currency);
  return `${figures}, but the closing balance is ${moneyText(closing.amountMinor, currency)}: ${gap} off.`;
}

export const NOTHING: Movement = { creditMinor: 0n, debitMinor: 0n };
export const failed = (detail: string): Control => ({ verdict: 'failed', detail });
export const notStated = (detail: string): Control => ({ verdict: 'not-stated', detail });
export const moneyText = (minor: bigint, currency: string) =>
  `${currency} ${formatMinor(minor, currency)}`;

const unreadable = (count: number) =>
  count === 1 ? '1 entry could not be read.' : `${count} entries could not be read.`;
