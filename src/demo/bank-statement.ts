import { type CivilDate } from '../kernel/civil-date';
import { formatMinor } from '../kernel/money';

export interface BookedEntry {
  readonly reference: string;
  /** negative: paid out */
  readonly amountMinor: bigint;
  readonly date: CivilDate;
}

export interface Statement {
  readonly id: string;
  readonly iban: string;
  readonly currency: string;
  readonly from: CivilDate;
  readonly to: CivilDate;
  readonly openingMinor: bigint;
  readonly entries: readonly BookedEntry[];
}

/** A camt.053.001.08 statement (ISO 20022), as a bank would deliver it for the month. */
export function bankStatement(statement: Statement): string {
  const { currency } = statement;
  const closing = statement.entries.reduce((sum, e) => sum + e.amountMinor, statement.openingMinor);
  const entries = [...statement.entries].sort((a, b) =>
    a.date < b.date ? -1 : a.date > b.date ? 1 : 0,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">',
    '<BkToCstmrStmt>',
    `<GrpHdr><MsgId>${statement.id}</MsgId><CreDtTm>${statement.to}T20:00:00Z</CreDtTm></GrpHdr>`,
    `<Stmt><Id>${statement.id}</Id><CreDtTm>${statement.to}T20:00:00Z</CreDtTm>`,
    `<FrToDt><FrDtTm>${statement.from}T00:00:00Z</FrDtTm><ToDtTm>${statement.to}T00:00:00Z</ToDtTm></FrToDt>`,
    `<Acct><Id><IBAN>${statement.iban}</IBAN></Id><Ccy>${currency}</Ccy></Acct>`,
    balance('OPBD', statement.openingMinor, currency, statement.from),
    balance('CLBD', closing, currency, statement.to),
    ...entries.map((e, i) => entry(e, currency, i + 1)),
    '</Stmt>',
    '</BkToCstmrStmt>',
    '</Document>',
    '',
  ].join('\n');
}

function balance(code: string, minor: bigint, currency: string, date: CivilDate): string {
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amount(minor, currency)}<Dt><Dt>${date}</Dt></Dt></Bal>`;
}

function entry({ reference, amountMinor, date }: BookedEntry, currency: string, n: number): string {
  return [
    `<Ntry><NtryRef>${n}</NtryRef>${amount(amountMinor, currency)}<Sts><Cd>BOOK</Cd></Sts>`,
    `<BookgDt><Dt>${date}</Dt></BookgDt><ValDt><Dt>${date}</Dt></ValDt><AcctSvcrRef>${date.replaceAll('-', '')}${n}</AcctSvcrRef>`,
    '<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>',
    `<NtryDtls><TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs>${amount(amountMinor, currency)}</TxDtls></NtryDtls></Ntry>`,
  ].join('');
}

function amount(minor: bigint, currency: string): string {
  const magnitude = minor < 0n ? -minor : minor;
  return `<Amt Ccy="${currency}">${formatMinor(magnitude, currency)}</Amt><CdtDbtInd>${minor < 0n ? 'DBIT' : 'CRDT'}</CdtDbtInd>`;
}
