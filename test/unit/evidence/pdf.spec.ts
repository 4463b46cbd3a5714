import { type BuiltPack, buildPack } from '../../../evidence/pack/build-pack';
import { sha256Hex } from '../../../src/kernel/hash';
import { type PdfReader, readPdf } from '../../support/pdf-reader';
import { sampleTransaction } from '../../support/sample-transaction';

const fileOf = (pack: BuiltPack, path: string): Buffer =>
  Buffer.from(pack.files.find((file) => file.path === path)!.bytes);

jest.setTimeout(120_000);

describe('the PDF of a pack', () => {
  let pack: BuiltPack;
  let pdf: PdfReader;
  let catalog: string;

  beforeAll(async () => {
    pack = await buildPack(await sampleTransaction());
    pdf = readPdf(fileOf(pack, 'data/evidence-pack.pdf'));
    catalog = pdf.object(Number(/\/Root (\d+) 0 R/.exec(pdf.trailer)?.[1]));
  });

  const xmp = (): string =>
    pdf.stream(Number(/\/Metadata (\d+) 0 R/.exec(catalog)?.[1])).toString();

  describe('as PDF/A-3b', () => {
    it('says part 3, conformance B in its XMP packet', () => {
      expect(xmp()).toContain('<pdfaid:part>3</pdfaid:part>');
      expect(xmp()).toContain('<pdfaid:conformance>B</pdfaid:conformance>');
    });

    it('has an output intent with an embedded RGB profile', () => {
      const intent = pdf.object(Number(/\/OutputIntents \[(\d+) 0 R\]/.exec(catalog)?.[1]));
      expect(intent).toContain('/S /GTS_PDFA1');
      const profile = Number(/\/DestOutputProfile (\d+) 0 R/.exec(intent)?.[1]);
      expect(pdf.object(profile)).toContain('/N 3');
      expect(pdf.stream(profile).subarray(36, 40).toString()).toBe('acsp');
    });

    it('embeds every font it uses, as a subset with a map to Unicode', () => {
      const fonts = pdf.find(/\/Type \/Font\n/);
      expect(fonts.length).toBeGreaterThanOrEqual(6);
      const composite = fonts.filter((n) => pdf.object(n).includes('/Subtype /Type0'));
      const descendants = fonts.filter((n) => pdf.object(n).includes('/Subtype /CIDFontType2'));
      expect(composite.length + descendants.length).toBe(fonts.length);
      for (const n of composite)
        expect(pdf.object(n)).toMatch(/\/BaseFont \/[A-Z]{6}\+DejaVu[\s\S]*\/ToUnicode/);
      for (const n of descendants) {
        const descriptor = pdf.object(
          Number(/\/FontDescriptor (\d+) 0 R/.exec(pdf.object(n))?.[1]),
        );
        expect(descriptor).toMatch(/\/FontFile2 \d+ 0 R/);
      }
    });

    it('has no encryption, script, launch action, external stream or form', () => {
      expect(pdf.trailer).not.toContain('/Encrypt');
      expect(
        pdf.find(/\/(JavaScript|JS|Launch|GoToR|SubmitForm|OpenAction|AA|AcroForm|URI)\b/),
      ).toEqual([]);
      expect(pdf.find(/\/Filter/)).toEqual([]);
    });

    it('has a file identifier of two equal parts', () => {
      expect(pdf.trailer).toMatch(/\/ID \[<([0-9a-f]{32})> <\1>\]/);
    });

    it('is dated by the request, alike in the information dictionary and in XMP', () => {
      const info = pdf.object(Number(/\/Info (\d+) 0 R/.exec(pdf.trailer)?.[1]));
      expect(info).not.toContain('/ModDate');
      const date = pdf.object(Number(/\/CreationDate (\d+) 0 R/.exec(info)?.[1]));
      expect(date).toBe('(D:20260203140000Z)');
      expect(xmp()).toContain('<xmp:CreateDate>2026-02-03T14:00:00Z</xmp:CreateDate>');
    });

    it('is tagged, in English, with its title shown and bookmarks', () => {
      expect(pdf.object(Number(/\/MarkInfo (\d+) 0 R/.exec(catalog)?.[1]))).toContain(
        '/Marked true',
      );
      expect(catalog).toContain('/Lang (en)');
      expect(catalog).toMatch(/\/Outlines \d+ 0 R/);
      const viewer = pdf.object(Number(/\/ViewerPreferences (\d+) 0 R/.exec(catalog)?.[1]));
      expect(viewer).toContain('/DisplayDocTitle true');
      expect(pdf.find(/\/S \/H1\b/)).toHaveLength(9);
      expect(pdf.find(/\/S \/Table\b/).length).toBeGreaterThan(8);
      expect(pdf.find(/\/S \/TH\b[\s\S]*\/Scope \/Column/).length).toBeGreaterThan(20);
      expect(pdf.find(/\/S \/Figure\b[\s\S]*\/Alt \(Lineage of 4 objects/)).toHaveLength(1);
    });
  });

  it('carries evidence.json as its one attachment, byte for byte', () => {
    const specs = pdf.find(/\/Type \/Filespec/);
    expect(specs).toHaveLength(1);
    expect(catalog).toContain(`/AF [${specs[0]} 0 R]`);
    expect(pdf.object(specs[0]!)).toContain('/AFRelationship /Data');
    const embedded = pdf.find(/\/Type \/EmbeddedFile/);
    expect(embedded).toHaveLength(1);
    expect(pdf.object(embedded[0]!)).toContain('/Subtype /application#2Fjson');
    expect(pdf.stream(embedded[0]!).equals(fileOf(pack, 'data/evidence.json'))).toBe(true);
  });

  it('names the pack, the hash of the data and page x of y on every page', () => {
    expect(pdf.pages).toHaveLength(pack.pages);
    pdf.pages.forEach((text, i) => {
      expect(text).toContain('EP-2026-8D3F4B1E');
      expect(text).toContain(`data ${sha256Hex(fileOf(pack, 'data/evidence.json')).slice(0, 16)}`);
      expect(text).toContain(`page ${i + 1} of ${pack.pages}`);
    });
  });

  it('prints no number that evidence.json does not hold', () => {
    const known = fileOf(pack, 'data/evidence.json').toString().replace(/[T,]/g, ' ');
    // What is no figure of this pack: section numbers, page numbers, words of the commands and of standards.
    const words =
      /\b(page \d+ of \d+|RFC 6962|SHA-256|sha256|manifest-sha256|tagmanifest-sha256|base64|[1-9]  [A-Z]\w+|C2SP|UTC|step \d+|section \d|openssl 3|Node.js 20|Exit 0|1: a finding|4: intact)/gi;
    // The hash of evidence.json cannot stand in evidence.json.
    const digits = pack.evidenceSha256;
    const ownHash = [digits.slice(0, 16), digits.replace(/(.{8})(?=.)/g, '$1 ')];
    const commands = /cd |printf|grep|sed -n|sha256sum|openssl|cut -c|node data|O='/;
    const printed = pdf.pages
      .flatMap((page) => page.split('\n'))
      .filter((line) => !commands.test(line) && !ownHash.some((hash) => line.includes(hash)))
      .flatMap(
        (line) =>
          line
            .replace(words, ' ')
            .replace(/(\d),(?=\d{3}\b)/g, '$1')
            .match(/\d+(?:\.\d+)?/g) ?? [],
      );
    expect(printed.length).toBeGreaterThan(400);
    expect([...new Set(printed)].filter((number) => !known.includes(number))).toEqual([]);
  });

  it('shows a disguised character as what it is, and counts it', () => {
    const text = pdf.pages.join('\n').replace(/\n/g, ' ');
    expect(text).toContain('[U+202E] evil');
    expect(text).toContain('Zoë Łukasz');
    expect(pack.document.report.print.escaped).toBe(1);
  });

  it('shows missing steps, the self-approval and the finding', () => {
    const text = pdf.pages.join('\n').replace(/\n/g, ' ');
    expect(text).toContain('Missing: goods receipt');
    expect(text).toContain('The same account created this object in step 4.');
    expect(text).toContain('One person created and approved the same purchase order.');
  });

  it('says PARTIAL on each page when something could not be read', async () => {
    const partial = await buildPack(
      await sampleTransaction({
        unreadable: [{ what: 'attachment 5f0c', reason: 'not in the blob store' }],
      }),
    );
    const pages = readPdf(fileOf(partial, 'data/evidence-pack.pdf')).pages;
    expect(partial.status).toBe('partial');
    expect(pages.every((page) => page.includes('PARTIAL'))).toBe(true);
    expect(partial.document.report.warnings).toEqual([
      'Not in this pack: attachment 5f0c (not in the blob store).',
    ]);
  });
});
