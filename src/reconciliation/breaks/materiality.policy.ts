import { parseAmount } from '../../kernel/money';
import { fieldError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';

/** Three levels in one currency, as decimal text. */
export interface MaterialityLevels {
  readonly currency: string;
  readonly overall: string;
  readonly performance: string;
  readonly clearlyTrivial: string;
}

/** Materiality of one legal entity and fiscal period, as proposed and approved. */
export interface Materiality {
  /** what the levels were taken from, such as `5% of profit before tax` */
  readonly basis: string;
  /** one for each currency in which breaks are rated; amounts are never converted for it */
  readonly levels: readonly MaterialityLevels[];
}

/** Where an amount stands; `unrated` when no approved materiality has a level in its currency. */
export type MaterialityBand =
  'clearly-trivial' | 'below-performance' | 'above-performance' | 'above-overall' | 'unrated';

/**
 * The band of an amount, by its size. An amount at a level is not above it; one at `clearlyTrivial` is trivial.
 *
 * @param minor signed minor units
 */
export function bandOf(
  minor: bigint,
  currency: string,
  materiality: Pick<Materiality, 'levels'> | undefined,
): MaterialityBand {
  const levels = materiality?.levels.find((one) => one.currency === currency);
  if (levels === undefined) return 'unrated';
  const size = minor < 0n ? -minor : minor;
  const at = (level: string) => parseAmount(level, currency);
  if (size <= at(levels.clearlyTrivial)) return 'clearly-trivial';
  if (size <= at(levels.performance)) return 'below-performance';
  return size <= at(levels.overall) ? 'above-performance' : 'above-overall';
}

/** @throws TieoutError `money-form`; `contract-violation` for levels out of order or a currency named twice */
export function checkMateriality(entry: JsonObject): void {
  const { levels } = entry as unknown as Materiality;
  const seen = new Set<string>();
  levels.forEach(({ currency, overall, performance, clearlyTrivial }, n) => {
    const at = `/levels/${n}`;
    const minor = (text: string, name: string) => parseAmount(text, currency, `${at}/${name}`);
    const trivial = minor(clearlyTrivial, 'clearlyTrivial');
    const middle = minor(performance, 'performance');
    if (trivial < 0n) throw refused(`${at}/clearlyTrivial`, 'a level is not negative.');
    if (trivial > middle) throw refused(`${at}/performance`, 'is at least clearlyTrivial.');
    if (middle > minor(overall, 'overall'))
      throw refused(`${at}/overall`, 'is at least performance.');
    if (seen.has(currency)) throw refused(`${at}/currency`, `has levels already.`);
    seen.add(currency);
  });
}

const refused = (pointer: string, detail: string) =>
  fieldError('contract-violation', pointer, detail);
