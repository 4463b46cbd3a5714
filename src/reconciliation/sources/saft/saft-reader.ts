import { type StatementItems } from '../statement';
import { XmlDecoder } from '../xml-encoding';
import { children, type XmlRoot, type XmlRule, XmlReader } from '../xml-reader';
import { SaftContext } from './saft-context';
import { type SaftFields } from './saft-line';

const SAFT_PARSER = { name: 'saf-t', version: 1 } as const;

type Rule = XmlRule<SaftContext>;
type FieldsOf = (context: SaftContext) => SaftFields;

const rule = (rules: Record<string, Rule>): Rule => ({ children: children(rules) });

/** Texts of these elements, the first of each name. An empty one is none. */
function fields(of: FieldsOf, names: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(names.map((name) => [name, { text: put(of, name) }]));
}

const put =
  (of: FieldsOf, name: string): NonNullable<Rule['text']> =>
  (context, value) => {
    const found = of(context);
    if (value !== '' && !found.has(name)) found.set(name, value);
  };

/** A plain number, or an amount with its currencies inside: the shape differs by country. */
function amounts(of: FieldsOf, names: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(
    names.map((name): [string, Rule] => {
      const text = put(of, name);
      return [name, { text, children: children<SaftContext>({ Amount: { text } }) }];
    }),
  );
}

const ofHeader: FieldsOf = (context) => context.header;
const ofAccount: FieldsOf = (context) => context.account;
const ofEntries: FieldsOf = (context) => context.entries;
const ofJournal: FieldsOf = (context) => context.journal;
const ofTransaction: FieldsOf = (context) => context.transaction;
const ofLine: FieldsOf = (context) => context.line;

const HEADER = rule({
  ...fields(ofHeader, ['DefaultCurrencyCode', 'CurrencyCode', 'TaxRegistrationNumber']),
  Company: rule(fields(ofHeader, ['RegistrationNumber'])),
});

const ACCOUNT: Rule = {
  ...rule({
    ...fields(ofAccount, ['AccountID', 'GroupingCategory']),
    ...amounts(ofAccount, [
      'OpeningDebitBalance',
      'OpeningCreditBalance',
      'ClosingDebitBalance',
      'ClosingCreditBalance',
    ]),
  }),
  close: (context) => context.closeAccount(),
};

const LINE: Rule = {
  ...rule({
    ...fields(ofLine, [
      'RecordID',
      'AccountID',
      'ValueDate',
      'SourceDocumentID',
      'CustomerID',
      'SupplierID',
      'Description',
      'CID',
    ]),
    ...amounts(ofLine, ['DebitAmount', 'CreditAmount']),
  }),
  open: (context, place) => {
    context.linePlace = place;
  },
  close: (context) => context.closeLine(),
};

const TRANSACTION: Rule = {
  ...rule({
    ...fields(ofTransaction, ['TransactionID', 'TransactionDate', 'GLPostingDate', 'Description']),
    Line: LINE,
    Lines: rule({ Line: LINE, DebitLine: LINE, CreditLine: LINE }),
  }),
  open: (context) => {
    context.transactions += 1;
    context.transaction = new Map();
  },
};

const JOURNAL: Rule = {
  ...rule({ ...fields(ofJournal, ['JournalID']), Transaction: TRANSACTION }),
  open: (context) => {
    context.journal = new Map();
  },
};

/** Every country has a namespace of its own; the names below it are those of the common standard. */
const ROOT: XmlRoot<SaftContext> = {
  name: 'AuditFile',
  isNamespace: () => true,
  wrappersMax: 2,
  rule: rule({
    Header: HEADER,
    MasterFiles: rule({ GeneralLedgerAccounts: rule({ Account: ACCOUNT }) }),
    GeneralLedgerEntries: rule({
      ...fields(ofEntries, ['NumberOfEntries', 'TotalDebit', 'TotalCredit']),
      Journal: JOURNAL,
    }),
  }),
};

/**
 * Reads the general ledger of a standard audit file for tax, of the common standard or a country's, in one pass. Memory
 * grows with the accounts, and by a hash a line.
 *
 * @throws TieoutError `contract-violation` with a `reason` of `FileRefusal`, line and column
 */
export async function* readSaft(bytes: AsyncIterable<Uint8Array>): StatementItems {
  const decoder = new XmlDecoder();
  const context = new SaftContext();
  const reader = new XmlReader(ROOT, context);
  for await (const piece of bytes) {
    reader.write(decoder.write(piece));
    const found = context.take();
    if (found.length > 0) yield found;
  }
  reader.write(decoder.end());
  reader.end();
  context.checkWhole();
  context.closeFile();
  yield context.take();
  return { format: 'saf-t', encoding: decoder.encoding, statements: 1, parser: SAFT_PARSER };
}
