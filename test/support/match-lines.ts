import { sha256Hex } from '../../src/kernel/hash';
import {
  type Definition,
  definitionInForce,
} from '../../src/reconciliation/matching/definition.policy';
import { type MatchLine, type Side } from '../../src/reconciliation/matching/line';

export const bank = definitionInForce('bank', '2026-03-31') as Definition;

/** A line is named by a short word in tests; its id is made of it. */
export const lineId = (name: string) => sha256Hex(`line ${name}`);

export interface LineSpec {
  readonly minor?: bigint;
  readonly currency?: string;
  readonly account?: string;
  readonly date?: string;
  readonly endToEnd?: readonly string[];
  readonly document?: readonly string[];
  readonly batch?: readonly string[];
  readonly counterparty?: string;
}

function line(side: Side, name: string, spec: LineSpec): MatchLine {
  const { minor = 10_000n, currency = 'EUR', account = 'DE1', date = '2026-03-14' } = spec;
  return {
    id: lineId(name),
    side,
    account,
    currency,
    amountMinor: minor,
    bookDate: date,
    keys: {
      endToEnd: spec.endToEnd ?? [],
      document: spec.document ?? [],
      ...(spec.batch === undefined ? {} : { batch: spec.batch }),
    },
    ...(spec.counterparty === undefined ? {} : { counterparty: spec.counterparty }),
  };
}

export const book = (name: string, spec: LineSpec = {}) => line('A', name, spec);
export const statement = (name: string, spec: LineSpec = {}) => line('B', name, spec);

/** The same lines with the sides exchanged. */
export const swapped = (lines: readonly MatchLine[]): MatchLine[] =>
  lines.map((l) => ({ ...l, side: l.side === 'A' ? ('B' as const) : ('A' as const) }));
