import { camtWith, camtXml } from '../../support/camt-file';
import { readAll, refusalOf } from '../../support/read-camt';

const good = camtWith({ endToEndId: 'PAY-1' });
const withDoctype = (doctype: string, text = good) => text.replace('?>\n', `?>\n${doctype}\n`);

describe('camt files that must not be read', () => {
  it.each([
    [
      'an external DOCTYPE',
      withDoctype('<!DOCTYPE Document SYSTEM "http://example.com/x.dtd">'),
      'doctype',
    ],
    [
      'an entity bomb',
      withDoctype(
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        good.replace('PAY-1', '&b;'),
      ),
      'doctype',
    ],
    ['an entity without a declaration', good.replace('PAY-1', '&xxe;'), 'not-well-formed'],
    [
      'a tag that closes another one',
      good.replace('</EndToEndId>', '</EndToEnd>'),
      'not-well-formed',
    ],
    ['an unquoted attribute', good.replace('Ccy="EUR"', 'Ccy=EUR'), 'not-well-formed'],
    ['a control character', good.replace('PAY-1', 'PAY\u0001'), 'not-well-formed'],
    ['something after the document', `${good}<more/>`, 'not-well-formed'],
    ['text that is no XML', 'this is a text', 'not-well-formed'],
    ['an empty file', '', 'truncated'],
    ['another root', '<?xml version="1.0"?><invoice/>', 'wrong-root'],
    [
      'another message of the same family of standards',
      good.replaceAll('camt.053.001.08', 'pain.001.001.09'),
      'wrong-root',
    ],
    ['a message without a statement', camtXml({ statements: [] }), 'no-statement'],
    [
      'an account report',
      good.replaceAll('BkToCstmrStmt', 'BkToCstmrAcctRpt'),
      'message-not-supported',
    ],
    ['elements nested too deep', good.replace('PAY-1', '<a>'.repeat(100)), 'too-deep'],
    ['an unknown encoding', good.replace('UTF-8', 'EBCDIC-500'), 'encoding-unknown'],
  ])('refuses %s', async (_what, text, reason) => {
    expect((await refusalOf(text)).members).toMatchObject({ reason });
  });

  it('names line and column', async () => {
    const { members, message } = await refusalOf(good.replace('<Ntry>', '\n<Ntry>\n<oops =>'));
    expect(members).toMatchObject({
      reason: 'not-well-formed',
      line: 4,
      column: expect.any(Number),
    });
    expect(message).toContain(`line ${String(members.line)}, column ${String(members.column)}`);
  });

  it.each([0.1, 0.5, 0.9, 0.999])(
    'refuses a file that is cut at %f of its length',
    async (share) => {
      const cut = good.slice(0, Math.floor(good.trimEnd().length * share));
      expect((await refusalOf(cut)).members.reason).toBe('truncated');
    },
  );

  it('refuses bytes that are not the declared encoding', async () => {
    const bytes = Buffer.from(good.replace('PAY-1', 'PAY-\u00fc'), 'latin1');
    expect((await refusalOf(bytes)).members.reason).toBe('encoding-invalid');
  });

  it('refuses a character that is cut at the end of the file', async () => {
    const bytes = Buffer.concat([Buffer.from(good), Buffer.from([0xc3])]);
    expect((await refusalOf(bytes)).members.reason).toBe('encoding-invalid');
  });

  it.each([
    ['text', good.replace('PAY-1', 'x'.repeat(300_000))],
    ['comment', good.replace('PAY-1', `<!--${'x'.repeat(300_000)}-->`)],
    ['tag name', good.replace('PAY-1', `<${'x'.repeat(300_000)}`)],
    ['attribute', good.replace('Ccy="EUR"', `Ccy="${'x'.repeat(300_000)}"`)],
    ['DOCTYPE', withDoctype(`<!DOCTYPE ${'x'.repeat(300_000)}`)],
  ])('refuses a %s without end before it is in memory', async (_what, text) => {
    const limits = { depthMax: 64, attributesMax: 64, tokenMax: 100_000 };
    expect((await refusalOf(text, { limits })).members.reason).toBe('token-too-long');
  });

  it('refuses an entry without end before it is in memory', async () => {
    const more = '<TxDtls><Refs><TxId>1</TxId></Refs></TxDtls>'.repeat(5_000);
    const text = good.replace('<TxDtls>', `${more}<TxDtls>`);
    const options = { entryCharactersMax: 50_000, pieceBytes: 4_096 };
    expect((await refusalOf(text, options)).members.reason).toBe('entry-too-long');
  });

  it('refuses more attributes than a statement ever has', async () => {
    const attributes = Array.from({ length: 100 }, (_, i) => `a${i}="1"`).join(' ');
    expect((await refusalOf(good.replace('Ccy="EUR"', attributes))).members.reason).toBe(
      'too-many-attributes',
    );
  });
});

describe('camt files that look odd and are good', () => {
  it.each(['01', '02', '04', '06', '08', '12', '99'])('reads version %s', async (version) => {
    const { file, lines } = await readAll(camtXml({ version, statements: [{ entries: [{}] }] }));
    expect([file.format, lines.length]).toEqual([`camt.053.001.${version}`, 1]);
  });

  it('reads a prefixed document inside an envelope', async () => {
    const inner = good
      .slice(good.indexOf('<Document'))
      .replace(/<(\/?)(\w)/g, '<$1c:$2')
      .replace('xmlns=', 'xmlns:c=');
    const { lines } = await readAll(
      `<msg xmlns="urn:any"><hdr><Document>no</Document></hdr>${inner}</msg>`,
    );
    expect(lines).toMatchObject([{ references: [{ value: 'PAY-1' }] }]);
  });

  it('skips elements of other namespaces, whatever they are called', async () => {
    const foreign =
      '<Ntry xmlns="urn:other"><Amt Ccy="EUR">1.00</Amt></Ntry><constructor/><__proto__/>' +
      '<x:Ntry><Amt Ccy="EUR">2.00</Amt></x:Ntry>';
    const { lines, statements } = await readAll(
      good
        .replace('<Document ', '<Document xmlns:x="urn:other" ')
        .replace('<Ntry>', `${foreign}<Ntry>`),
    );
    expect([lines.length, statements[0]?.computed.entries]).toEqual([1, 1]);
  });

  it('gives the same items for every size of piece', async () => {
    const text = camtWith({
      endToEndId: 'Müller & Söhne'.replace('&', '&amp;'),
      remittance: '<![CDATA[A < B]]> Ω',
    });
    const whole = await readAll(text);
    for (const pieceBytes of [1, 2, 3, 7, 64])
      expect(await readAll(text, { pieceBytes })).toEqual(whole);
    expect(whole.lines[0]).toMatchObject({
      references: [{ value: 'Müller & Söhne' }],
      text: 'A < B Ω',
    });
  });

  it.each([
    [
      'UTF-8 with a byte order mark',
      Buffer.from(`\ufeff${camtWith({ remittance: 'Grüße' })}`),
      'utf-8',
    ],
    ['UTF-16', Buffer.from(`\ufeff${camtWith({ remittance: 'Grüße' })}`, 'utf16le'), 'utf-16le'],
    [
      'Latin-1',
      Buffer.from(camtWith({ remittance: 'Grüße' }).replace('UTF-8', 'ISO-8859-1'), 'latin1'),
      'iso-8859-1',
    ],
  ])('reads %s and says so', async (_what, bytes, encoding) => {
    const { file, lines } = await readAll(bytes);
    expect([file.encoding, lines[0]?.text]).toEqual([encoding, 'Grüße']);
  });
});
