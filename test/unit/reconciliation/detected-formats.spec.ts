import { camtWith } from '../../support/camt-file';
import { readFor, refusedBy } from '../../support/read-camt';

const as052 = (text: string) =>
  text
    .replaceAll('camt.053', 'camt.052')
    .replaceAll('BkToCstmrStmt', 'BkToCstmrAcctRpt')
    .replaceAll('Stmt>', 'Rpt>');
const as054 = (text: string) =>
  text
    .replaceAll('camt.053', 'camt.054')
    .replaceAll('BkToCstmrStmt', 'BkToCstmrDbtCdtNtfctn')
    .replaceAll('Stmt>', 'Ntfctn>')
    .replace(/<Bal>.*<\/Bal>/, '');

const statement = camtWith({ endToEndId: 'PAY-1' }, { status: 'PDNG' });

describe('what a file is for its source', () => {
  it.each([
    ['camt.052', as052(statement), 'passed'],
    ['camt.054', as054(statement), 'not-stated'],
  ])('reads a %s as a report, whose lines are not matched', async (message, text, balance) => {
    const { file, lines, statements } = await readFor('bank-reports', text);
    expect(file.format).toBe(`${message}.001.08`);
    expect(lines.map((l) => [l.status, l.amountMinor])).toEqual([
      ['reported', 1_000n],
      ['pending', 1_000n],
    ]);
    expect(statements).toMatchObject([
      { message, computed: { bookedEntries: 1 }, controls: { balance: { verdict: balance } } },
    ]);
  });

  it.each([
    ['a report', 'bank', as052(statement), 'message-not-supported'],
    ['a notification', 'bank', as054(statement), 'message-not-supported'],
    ['a statement', 'bank-reports', statement, 'message-not-supported'],
    ['an archive', 'bank', Buffer.from('504b0304140000000800', 'hex'), 'format-unknown'],
    ['a compressed file', 'bank', Buffer.from('1f8b0800000000000003', 'hex'), 'format-unknown'],
    ['a text', 'bank', 'nothing that a bank sends', 'format-unknown'],
    ['an empty file', 'bank', '', 'truncated'],
  ])('refuses %s from %s', async (_what, source, content, reason) => {
    expect((await refusedBy(readFor(source, content))).members).toMatchObject({ reason });
  });

  it('reads the same from single bytes', async () => {
    expect(await readFor('bank', statement, 1)).toEqual(await readFor('bank', statement));
  });
});
