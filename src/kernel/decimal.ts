import { fieldError } from './errors';

/** An exact decimal number, `unscaled` × 10^−`scale`. Not reduced: 1.10 and 1.1 are two forms of one value. */
export interface Decimal {
  readonly unscaled: bigint;
  /** digits after the point, 0 or more */
  readonly scale: number;
}

/** Digits a decimal may have in all; far above any rate or quantity, far below what would cost noticeable time. */
export const DECIMAL_DIGITS_MAX = 100;

const FORM = /^-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/**
 * Reads `-12.3400`: no plus, no exponent, no leading zeros, no minus zero.
 *
 * @param scaleMax most digits after the point that are allowed
 * @throws TieoutError `contract-violation`
 */
export function parseDecimal(text: string, pointer = '', scaleMax = DECIMAL_DIGITS_MAX): Decimal {
  const match = text.length <= DECIMAL_DIGITS_MAX + 2 ? FORM.exec(text) : null;
  if (match === null || /^-[0.]*$/.test(text)) {
    throw fieldError(
      'contract-violation',
      pointer,
      'a decimal is written like "12.50" or "-0.5", without exponent or plus.',
    );
  }
  const scale = match[1]?.length ?? 0;
  if (scale > scaleMax) {
    throw fieldError(
      'contract-violation',
      pointer,
      `this decimal has ${scale} digits after the point; at most ${scaleMax} are allowed.`,
    );
  }
  return { unscaled: BigInt(text.replace('.', '')), scale };
}

/** The text with exactly `scale` digits after the point. */
export function formatDecimal({ unscaled, scale }: Decimal): string {
  if (scale === 0) return unscaled.toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The exact sum, with the finer of the two scales. */
export function addDecimal(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { unscaled: unscaledAt(a, scale) + unscaledAt(b, scale), scale };
}

/** Compares values, not forms: 1.10 equals 1.1. */
export function compareDecimal(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const scale = Math.max(a.scale, b.scale);
  const left = unscaledAt(a, scale);
  const right = unscaledAt(b, scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Rounds to `scale` digits after the point, a half to the even neighbour; a finer scale adds zeros. */
export function roundDecimal(decimal: Decimal, scale: number): Decimal {
  if (scale >= decimal.scale) return { unscaled: unscaledAt(decimal, scale), scale };
  const divisor = 10n ** BigInt(decimal.scale - scale);
  const quotient = decimal.unscaled / divisor;
  const rest = decimal.unscaled % divisor;
  const twice = 2n * (rest < 0n ? -rest : rest);
  const away = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  const step = decimal.unscaled < 0n ? -1n : 1n;
  return { unscaled: away ? quotient + step : quotient, scale };
}

function unscaledAt({ unscaled, scale }: Decimal, finer: number): bigint {
  return unscaled * 10n ** BigInt(finer - scale);
}

/** The exact product; its scale is the sum of both. */
export function multiplyDecimal(a: Decimal, b: Decimal): Decimal {
  return { unscaled: a.unscaled * b.unscaled, scale: a.scale + b.scale };
}
