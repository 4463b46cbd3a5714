import { canonicalJson } from '../../kernel/canonical-json';
import { sha256Hex } from '../../kernel/hash';
import { type Json, type JsonObject } from '../../kernel/json';
import { moneyJson, type MoneyJson } from '../../kernel/money';
import {
  type Balance,
  type Control,
  type RejectedRow,
  type StatementItem,
  type StatementLine,
  type StatementSummary,
} from '../sources/statement';

/** A line as the normalised file has it: with its id, and money as text. */
export type NormalisedLine = Omit<StatementLine, 'amountMinor' | 'currency'> & {
  readonly id: string;
  readonly occurrence: number;
  readonly amount: MoneyJson;
};

export interface NormalisedBalance {
  readonly type: string;
  readonly amount: MoneyJson;
  readonly date?: string;
}

export interface NormalisedStatement {
  readonly kind: 'statement';
  readonly statement: number;
  readonly message: string;
  readonly id: string;
  readonly account: string;
  readonly currency?: string;
  readonly from?: string;
  readonly to?: string;
  readonly page?: string;
  readonly copy?: string;
  readonly opening?: NormalisedBalance;
  readonly closing?: NormalisedBalance;
  readonly balances: readonly NormalisedBalance[];
  readonly computed: {
    readonly entries: number;
    readonly bookedEntries: number;
    readonly details: number;
    readonly lines: number;
    readonly rejected: number;
    readonly credit?: MoneyJson;
    readonly debit?: MoneyJson;
  };
  readonly stated: Readonly<Record<string, string>>;
  readonly controls: {
    readonly balance: Control;
    readonly summary: Control;
    readonly details: Control;
  };
  readonly warnings?: readonly string[];
}

export type NormalisedItem = NormalisedLine | RejectedRow | NormalisedStatement;

/**
 * Gives every line its id. A statement has no key that a bank keeps unique, so the id is made of the content and of an
 * occurrence number, counted within a file: genuine twins of a day differ, and the same line in another file is the same.
 */
export class LineIds {
  readonly #seen = new Map<string, number>();

  constructor(private readonly source: string) {}

  idOf(line: StatementLine): { readonly id: string; readonly occurrence: number } {
    const content = contentOf(line);
    const seen = sha256Hex(canonicalJson(content)).slice(0, 32);
    const occurrence = (this.#seen.get(seen) ?? 0) + 1;
    this.#seen.set(seen, occurrence);
    const id = sha256Hex(canonicalJson(['line', this.source, line.account, content, occurrence]));
    return { id, occurrence };
  }
}

/** What makes a line this line: not where it stands in the file, and not what another version of a bank would add. */
function contentOf(line: StatementLine): Json {
  return [
    line.status,
    line.role,
    line.bookDate,
    line.valueDate ?? null,
    line.amountMinor.toString(),
    line.currency,
    line.reversal,
    line.references.map(({ kind, value }) => [kind, value]),
    line.text ?? null,
    line.counterparty?.name ?? null,
    line.counterparty?.account ?? null,
  ];
}

/** One item in its normalised form. */
export function normalise(item: StatementItem, ids: LineIds): NormalisedItem {
  if (item.kind === 'rejected') return item;
  if (item.kind === 'statement') return normalisedStatement(item);
  const { amountMinor, currency, ...line } = item;
  return { ...line, ...ids.idOf(item), amount: moneyJson({ minor: amountMinor, currency }) };
}

function normalisedStatement(summary: StatementSummary): NormalisedStatement {
  const { opening, closing, balances, computed, stated, ...rest } = summary;
  const { creditMinor, debitMinor, ...counts } = computed;
  const money = (minor: bigint) => moneyJson({ minor, currency: summary.currency ?? '' });
  return {
    ...rest,
    ...(opening === undefined ? {} : { opening: normalisedBalance(opening) }),
    ...(closing === undefined ? {} : { closing: normalisedBalance(closing) }),
    balances: balances.map(normalisedBalance),
    computed: {
      ...counts,
      ...(summary.currency === undefined
        ? {}
        : { credit: money(creditMinor), debit: money(debitMinor) }),
    },
    stated: { ...stated },
  };
}

const normalisedBalance = ({ type, amountMinor, currency, date }: Balance): NormalisedBalance => ({
  type,
  amount: moneyJson({ minor: amountMinor, currency }),
  ...(date === undefined ? {} : { date }),
});

/** One canonical JSON object and a line feed. */
export const normalisedText = (item: NormalisedItem): string =>
  `${canonicalJson(item as unknown as JsonObject)}\n`;

/** Items of a normalised file, in its order. The file is our own and its hash is in the ledger. */
export function* readNormalised(file: Uint8Array): Generator<NormalisedItem> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at);
    const stop = end < 0 ? bytes.length : end;
    if (stop > at) yield JSON.parse(bytes.toString('utf8', at, stop)) as NormalisedItem;
    at = stop + 1;
  }
}
