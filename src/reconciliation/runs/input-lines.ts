import { canonicalJson } from '../../kernel/canonical-json';
import { type CivilDate } from '../../kernel/civil-date';
import { moneyJson } from '../../kernel/money';
import { type MatchLine, type SideName } from '../matching/line';
import {
  byText,
  normaliseAccount,
  normaliseReference,
  textReferences,
} from '../matching/reference.policy';
import { type Counterparty, type RawReference, type ReferenceKind } from '../sources/statement';

/** A line of the ledger: an object, or a line of its document, with the amount in the sign of its side. */
export interface BookInput {
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly bookDate: CivilDate;
  readonly entity: string;
  readonly object: string;
  /** the source's key of the object */
  readonly objectId: string;
  /** number of the document's line; empty for the object itself */
  readonly line: string;
  readonly endToEndId?: string;
  readonly counterparty?: string;
  readonly references: readonly RawReference[];
  /** dimensions and what the line says; only for kinds that look at them */
  readonly fields?: Readonly<Record<string, string>>;
}

/** A line of an imported file. */
export interface StatementInput {
  readonly id: string;
  readonly entity: string;
  readonly account: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly bookDate: CivilDate;
  readonly references: readonly RawReference[];
  readonly text?: string;
  readonly counterparty?: Counterparty;
}

export type LineInput = BookInput | StatementInput;

export const isBookInput = (input: LineInput): input is BookInput => 'objectId' in input;

/** Kinds that name a document or payment of ours; the bank's own references say nothing about it. */
const DOCUMENT_KINDS: ReadonlySet<ReferenceKind> = new Set<ReferenceKind>([
  'end-to-end',
  'instruction',
  'creditor',
  'document',
]);

/** Payment batch or payout, on both sides. */
const BATCH_KIND: ReferenceKind = 'payment-information';

const batchesOf = (references: readonly RawReference[]) =>
  references.filter(({ kind }) => kind === BATCH_KIND).map(({ value }) => value);

/** Where the books have no end-to-end id, a payment is sent under its own number or its document's. */
export function bookMatchLine(input: BookInput): MatchLine {
  const documents = input.references.filter(({ kind }) => kind !== BATCH_KIND);
  const own = [input.objectId, ...documents.map(({ value }) => value)];
  return {
    ...common(input, 'A'),
    keys: {
      endToEnd: keysOf(input.endToEndId === undefined ? own : [input.endToEndId]),
      document: keysOf(own),
      batch: keysOf(batchesOf(input.references)),
    },
  };
}

export function statementMatchLine(input: StatementInput): MatchLine {
  const values = (kinds: ReadonlySet<ReferenceKind>) =>
    input.references.filter(({ kind }) => kinds.has(kind)).map(({ value }) => value);
  const document = keysOf(values(DOCUMENT_KINDS));
  const fromText = input.text === undefined ? [] : textReferences(input.text);
  return {
    ...common(input, 'B'),
    keys: {
      endToEnd: keysOf(values(new Set<ReferenceKind>(['end-to-end']))),
      document: [...new Set([...document, ...fromText])].sort(byText),
      batch: keysOf(batchesOf(input.references)),
    },
  };
}

function common(
  { id, account, currency, amountMinor, bookDate }: BookInput | StatementInput,
  side: 'A' | 'B',
) {
  return { id, side, account: normaliseAccount(account), currency, amountMinor, bookDate };
}

const keysOf = (raw: readonly string[]): string[] =>
  [...new Set(raw.flatMap((value) => normaliseReference(value) ?? []))].sort(byText);

/** The extract of sides that are no lines of an account: what was compared, as it was read, in order of id. */
export function* inputExtract(side: SideName, inputs: readonly LineInput[]): Generator<string> {
  const books = inputs.filter(isBookInput).sort((x, y) => byText(x.id, y.id));
  for (const { amountMinor, fields = {}, references, ...input } of books) {
    yield `${canonicalJson({
      ...input,
      side,
      amountMinor: amountMinor.toString(),
      fields: { ...fields },
      references: references.map((reference) => ({ ...reference })),
    })}\n`;
  }
}

/**
 * The extract of one side, a canonical JSON object a line in order of id: its hash names the population that a run saw.
 */
export function* extractOf(lines: readonly MatchLine[]): Generator<string> {
  for (const { id, account, currency, amountMinor, bookDate, keys, counterparty } of lines) {
    const amount = moneyJson({ minor: amountMinor, currency });
    const { document, endToEnd, batch = [] } = keys;
    yield `${canonicalJson({
      id,
      account,
      amount: { ...amount },
      bookDate,
      keys: { document, endToEnd, ...(batch.length === 0 ? {} : { batch }) },
      ...(counterparty === undefined || counterparty === '' ? {} : { counterparty }),
    })}\n`;
  }
}
