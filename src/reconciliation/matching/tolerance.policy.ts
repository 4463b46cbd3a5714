import { minorDigits, parseAmount } from '../../kernel/money';
import { type Tolerance } from './match-pass.policy';

/** Whether two amounts of a currency are near enough. */
export type IsNear = (a: bigint, b: bigint) => boolean;

export const equalAmounts: IsNear = (a, b) => a === b;

/** @throws TieoutError `money-form` for an absolute limit that is no amount of its currency */
export function nearnessOf(tolerance: Tolerance | undefined, currency: string): IsNear {
  const stated = tolerance?.absolute?.[currency];
  const absolute =
    stated === undefined || minorDigits(currency) === undefined
      ? undefined
      : parseAmount(stated, currency);
  const { basisPoints, base = 'A', both = 'LESSER' } = tolerance ?? {};
  if (basisPoints === undefined) {
    return absolute === undefined ? equalAmounts : (a, b) => size(a - b) <= absolute;
  }
  const share: IsNear = (a, b) =>
    size(a - b) * 10_000n <= BigInt(basisPoints) * baseOf(base, size(a), size(b));
  if (absolute === undefined) return share;
  return both === 'LESSER'
    ? (a, b) => size(a - b) <= absolute && share(a, b)
    : (a, b) => size(a - b) <= absolute || share(a, b);
}

function baseOf(base: NonNullable<Tolerance['base']>, a: bigint, b: bigint): bigint {
  switch (base) {
    case 'A':
      return a;
    case 'B':
      return b;
    case 'MAX':
      return a > b ? a : b;
    case 'MIN':
      return a < b ? a : b;
  }
}

const size = (minor: bigint) => (minor < 0n ? -minor : minor);
