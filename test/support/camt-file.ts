/** Builders of camt.053 text. A test states what matters to it; everything else is valid and ties out. */
export interface EntrySpec {
  readonly amount?: string;
  readonly currency?: string;
  readonly direction?: 'CRDT' | 'DBIT';
  readonly status?: string;
  readonly date?: string;
  readonly valueDate?: string;
  readonly endToEndId?: string;
  readonly remittance?: string;
  readonly creditorReference?: string;
  /** XML that stands before the details, such as charges or `RvslInd` */
  readonly extra?: string;
  /** replaces the details that follow from the fields above */
  readonly details?: string;
}

export interface StatementSpec {
  readonly id?: string;
  readonly iban?: string;
  readonly currency?: string;
  readonly opening?: string | null;
  readonly closing?: string | null;
  readonly openingDate?: string;
  readonly closingDate?: string;
  readonly summary?: string;
  readonly entries?: readonly EntrySpec[];
}

export interface FileSpec {
  readonly version?: string;
  readonly prefix?: string;
  readonly statements?: readonly StatementSpec[];
}

/** `tx('10.00', 'E2E-1')`: one `TxDtls` with an amount of its own. */
export const tx = (amount: string, endToEndId: string, currency = 'EUR', more = '') =>
  `<TxDtls><Refs><EndToEndId>${endToEndId}</EndToEndId></Refs>` +
  `<AmtDtls><TxAmt><Amt Ccy="${currency}">${amount}</Amt></TxAmt></AmtDtls>${more}</TxDtls>`;

export function entryXml(spec: EntrySpec = {}): string {
  const {
    amount = '10.00',
    currency = 'EUR',
    direction = 'CRDT',
    status = 'BOOK',
    date = '2026-03-14',
  } = spec;
  const refs =
    spec.endToEndId === undefined ? '' : `<Refs><EndToEndId>${spec.endToEndId}</EndToEndId></Refs>`;
  const structured =
    spec.creditorReference === undefined
      ? ''
      : `<Strd><CdtrRefInf><Ref>${spec.creditorReference}</Ref></CdtrRefInf></Strd>`;
  const remittance = spec.remittance === undefined ? '' : `<Ustrd>${spec.remittance}</Ustrd>`;
  const details =
    spec.details ??
    `<NtryDtls><TxDtls>${refs}<RmtInf>${remittance}${structured}</RmtInf></TxDtls></NtryDtls>`;
  return (
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd>` +
    `${status === '' ? '' : `<Sts>${status}</Sts>`}<BookgDt><Dt>${date}</Dt></BookgDt>` +
    `<ValDt><Dt>${spec.valueDate ?? date}</Dt></ValDt>${spec.extra ?? ''}${details}</Ntry>`
  );
}

const cents = (amount: string) => BigInt(amount.replace('.', ''));
const euros = (minor: bigint) => {
  const text = (minor < 0n ? -minor : minor).toString().padStart(3, '0');
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
};

function balanceXml(type: string, amount: string, currency: string, date: string): string {
  const direction = amount.startsWith('-') ? 'DBIT' : 'CRDT';
  return (
    `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amount.replace('-', '')}</Amt>` +
    `<CdtDbtInd>${direction}</CdtDbtInd><Dt><Dt>${date}</Dt></Dt></Bal>`
  );
}

/** The closing balance that makes a statement with two-digit amounts tie out. */
function closingOf({ opening = '100.00', entries = [] }: StatementSpec): string {
  const net = entries
    .filter(({ status = 'BOOK' }) => status === 'BOOK' || status === '')
    .reduce(
      (sum, { amount = '10.00', direction = 'CRDT' }) =>
        sum + (direction === 'CRDT' ? 1n : -1n) * cents(amount),
      0n,
    );
  const closing = cents(opening ?? '0.00') + net;
  return `${closing < 0n ? '-' : ''}${euros(closing)}`;
}

export function statementXml(spec: StatementSpec = {}): string {
  const {
    id = 'STMT-1',
    iban = 'DE02120300000000202051',
    currency = 'EUR',
    opening = '100.00',
    entries = [],
  } = spec;
  const closing = spec.closing === undefined ? closingOf(spec) : spec.closing;
  return (
    `<Stmt><Id>${id}</Id><Acct><Id><IBAN>${iban}</IBAN></Id><Ccy>${currency}</Ccy></Acct>` +
    (opening === null
      ? ''
      : balanceXml('OPBD', opening, currency, spec.openingDate ?? '2026-03-13')) +
    (closing === null
      ? ''
      : balanceXml('CLBD', closing, currency, spec.closingDate ?? '2026-03-14')) +
    (spec.summary ?? '') +
    entries.map(entryXml).join('') +
    '</Stmt>'
  );
}

export function camtXml({ version = '08', statements = [{}] }: FileSpec = {}): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt>` +
    `<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-03-15T06:00:00</CreDtTm></GrpHdr>` +
    statements.map(statementXml).join('') +
    `</BkToCstmrStmt></Document>\n`
  );
}

/** A statement with these entries, as a whole file. */
export const camtWith = (...entries: readonly EntrySpec[]) =>
  camtXml({ statements: [{ entries }] });
