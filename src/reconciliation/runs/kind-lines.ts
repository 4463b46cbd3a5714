import { aliasIdOf } from '../aliases/alias.policy';
import { type Definition } from '../matching/definition.policy';
import { type MatchLine, type Side } from '../matching/line';
import { byText, normaliseAccount, normaliseReference } from '../matching/reference.policy';
import { type RawReference } from '../sources/statement';
import { bookMatchLine, isBookInput, type LineInput, statementMatchLine } from './input-lines';
import { type Population } from './population';

/** Lines of both sides as the engine reads them, by the kind of the definition. */
export function matchLinesOf(
  { kind, passes }: Definition,
  { a, b, aliases }: Pick<Population, 'a' | 'b' | 'aliases'>,
): { readonly a: readonly MatchLine[]; readonly b: readonly MatchLine[] } {
  if (kind === 'subledger-gl')
    return {
      a: a.map((line) => subledgerLine(line, 'A')),
      b: b.map((line) => subledgerLine(line, 'B')),
    };
  if (kind === 'intercompany')
    return {
      a: a.map((line) => intercompanyLine(line, 'A')),
      b: b.map((line) => intercompanyLine(line, 'B')),
    };
  const party = readsCounterparties(passes) ? counterpartyOf(aliases) : () => ({});
  return {
    a: a.map((line) => ({ ...lineOf(line), ...party(line) })),
    b: b.map((line) => ({ ...lineOf(line), ...party(line) })),
  };
}

/** Whether any pass looks at who the other one is. */
export const readsCounterparties = (passes: Definition['passes']): boolean =>
  passes.some(({ counterparty }) => counterparty === 'equal');

const lineOf = (input: LineInput): MatchLine =>
  isBookInput(input) ? bookMatchLine(input) : statementMatchLine(input);

/** One canonical name for a counterparty: what the alias table says, else the name as references are compared. */
function counterpartyOf(aliases: Population['aliases']) {
  const known = new Map<string, string | undefined>();
  const inTable = (spelling: string): string | undefined => {
    if (aliases === undefined) return undefined;
    if (!known.has(spelling)) {
      const id = aliasIdOf(spelling);
      known.set(spelling, id === undefined ? undefined : aliases.get(id));
    }
    return known.get(spelling);
  };
  const canonical = (spelling: string) => normaliseReference(inTable(spelling) ?? spelling) ?? '';
  return (input: LineInput): { readonly counterparty?: string } => {
    const { counterparty } = input;
    if (counterparty === undefined) return {};
    if (typeof counterparty === 'string') return { counterparty: canonical(counterparty) };
    const { account, name } = counterparty;
    // A bank account names its holder better than a text does, if the table knows it.
    const byAccount = account === undefined ? undefined : inTable(account);
    if (byAccount !== undefined) return { counterparty: canonical(byAccount) };
    return name === undefined ? {} : { counterparty: canonical(name) };
  };
}

/** A document of a subledger, or a line of its control account: document numbers, and the posting that sums them. */
function subledgerLine(input: LineInput, side: Side): MatchLine {
  const references = valuesOf(input.references);
  if (!isBookInput(input)) {
    const documents = input.references.filter(({ kind }) => kind === 'document');
    return keyed(input, side, { document: valuesOf(documents), batch: references, endToEnd: [] });
  }
  const { postingBatch } = input.fields ?? {};
  return keyed(input, side, {
    document: [input.objectId, ...references],
    batch: postingBatch === undefined ? [] : [postingBatch],
    endToEnd: [],
  });
}

/** Half of a balance between two entities. */
function intercompanyLine(input: LineInput, side: Side): MatchLine {
  const { intercompanyId, nettingId } = (isBookInput(input) ? input.fields : undefined) ?? {};
  const line = keyed(input, side, {
    endToEnd: intercompanyId === undefined ? [] : [intercompanyId],
    document: [...(isBookInput(input) ? [input.objectId] : []), ...valuesOf(input.references)],
    batch: nettingId === undefined ? [] : [nettingId],
  });
  return { ...line, counterparty: line.account };
}

const valuesOf = (references: readonly RawReference[]) => references.map(({ value }) => value);

function keyed(
  { id, account, currency, amountMinor, bookDate }: LineInput,
  side: Side,
  keys: Readonly<Record<'endToEnd' | 'document' | 'batch', readonly string[]>>,
): MatchLine {
  const normalised = (raw: readonly string[]) =>
    [...new Set(raw.flatMap((value) => normaliseReference(value) ?? []))].sort(byText);
  return {
    id,
    side,
    account: normaliseAccount(account),
    currency,
    amountMinor,
    bookDate,
    keys: {
      endToEnd: normalised(keys.endToEnd),
      document: normalised(keys.document),
      batch: normalised(keys.batch),
    },
  };
}
