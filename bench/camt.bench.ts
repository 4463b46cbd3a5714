import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { StatementReading } from '../src/reconciliation/imports/read-statement-file';
import { readCamt } from '../src/reconciliation/sources/camt/camt-reader';
import { BANK_STATEMENTS } from '../src/reconciliation/sources/source.policy';
import { type Contender, measure, ratio, table } from './rounds';

/**
 * Streaming a camt.053 file from disk: a bare saxes pass that listens to tags and texts, the reader that gives lines and
 * control totals, and the import, which adds ids, canonical JSON and hashes for every line.
 */
const MEGABYTE = 1_000_000;
const FILE_MEGABYTES = 100;
const ROUNDS = 5;

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">\n<BkToCstmrStmt>' +
  '<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-03-15T06:00:00</CreDtTm></GrpHdr>\n<Stmt><Id>S-1</Id><Acct><Id>' +
  '<IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>\n';
const TAIL = '</Stmt>\n</BkToCstmrStmt>\n</Document>\n';

/** One entry as banks write it: one detail, parties, agents, structured and free remittance. */
const entry = (n: number) => `
  <Ntry>
    <NtryRef>${n}</NtryRef>
    <Amt Ccy="EUR">${(n % 90_000) + 10}.${String(n % 100).padStart(2, '0')}</Amt>
    <CdtDbtInd>${n % 3 === 0 ? 'CRDT' : 'DBIT'}</CdtDbtInd>
    <Sts><Cd>BOOK</Cd></Sts>
    <BookgDt><Dt>2026-03-14</Dt></BookgDt>
    <ValDt><Dt>2026-03-14</Dt></ValDt>
    <AcctSvcrRef>2026031400${n}</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
    <NtryDtls>
      <TxDtls>
        <Refs><EndToEndId>PAY-2026-${n}</EndToEndId><TxId>TX${n}</TxId></Refs>
        <RltdPties>
          <Cdtr><Pty><Nm>Supplier ${n % 5_000} &amp; Sons</Nm><PstlAdr><Ctry>DE</Ctry></PstlAdr></Pty></Cdtr>
          <CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct>
        </RltdPties>
        <RltdAgts><CdtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></CdtrAgt></RltdAgts>
        <RmtInf><Ustrd>Invoice INV-${n} of March</Ustrd></RmtInf>
      </TxDtls>
    </NtryDtls>
  </Ntry>`;

async function writeFile(path: string, bytes: number): Promise<void> {
  const file = createWriteStream(path);
  file.write(HEAD);
  for (let n = 1, written = HEAD.length; written < bytes; n += 1) {
    const text = entry(n);
    written += text.length;
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end(TAIL);
  await once(file, 'close');
}

async function bareSaxes(path: string): Promise<void> {
  const parser = new SaxesParser();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let seen = 0;
  parser.on('opentag', () => (seen += 1));
  parser.on('text', () => (seen += 1));
  parser.on('closetag', () => (seen += 1));
  for await (const piece of createReadStream(path))
    parser.write(decoder.decode(piece as Buffer, { stream: true }));
  parser.close();
}

async function drain(items: AsyncIterator<unknown>): Promise<void> {
  while ((await items.next()).done !== true) continue;
}

const reading = (path: string) => drain(readCamt(createReadStream(path)));
const importing = (path: string) => {
  const { normalised } = bound(
    new StatementReading({ source: BANK_STATEMENTS, countKnown: () => 0 }),
  );
  return drain(normalised(createReadStream(path)));
};
const bound = (statement: StatementReading) => ({
  normalised: statement.normalised.bind(statement),
});

const contender = (
  name: string,
  work: (path: string) => Promise<void>,
  path: string,
  bytes: number,
): Contender => ({
  name,
  prepare: () => undefined,
  round: async () => {
    await work(path);
    return bytes / MEGABYTE;
  },
});

/** Highest resident memory while `work` runs, in MB. */
async function residentWhile(work: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  let most = process.memoryUsage().rss;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  await work();
  clearInterval(timer);
  return Math.max(most, process.memoryUsage().rss) / MEGABYTE;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-camt-'));
  try {
    const small = join(folder, 'small.xml');
    const large = join(folder, 'large.xml');
    await writeFile(small, (FILE_MEGABYTES / 10) * MEGABYTE);
    await writeFile(large, FILE_MEGABYTES * MEGABYTE);
    const memory = [
      await residentWhile(() => importing(small)),
      await residentWhile(() => importing(large)),
    ];
    const bytes = FILE_MEGABYTES * MEGABYTE;
    const works = [
      ['bare saxes', bareSaxes],
      ['lines and controls', reading],
      ['import', importing],
    ] as const;
    const [limit, ...rates] = await measure(
      works.map(([name, work]) => contender(name, work, large, bytes)),
      ROUNDS,
    );
    const rows = [limit!, ...rates].map((rate) => [
      rate.name,
      rate.median.toFixed(1),
      (1 / ratio(rate, limit!)).toFixed(2),
    ]);
    console.log(table([`camt.053, ${FILE_MEGABYTES} MB`, 'MB/s', 'times a bare pass'], rows));
    console.log(
      `resident while importing: ${FILE_MEGABYTES / 10} MB file ${memory[0]!.toFixed(0)} MB, ` +
        `${FILE_MEGABYTES} MB file ${memory[1]!.toFixed(0)} MB`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
