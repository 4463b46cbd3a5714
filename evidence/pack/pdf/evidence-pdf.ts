import { type EvidenceDocument } from '../report-types';
import { dutiesSection } from './duties-section';
import { cover, resultsSection } from './cover';
import { appendixSection, integritySection, verifySection } from './integrity-sections';
import { CONTENT_WIDTH, INK, PAGE, Paper, STYLE } from './paper';
import { reconciliationSection } from './reconciliation-section';
import { populationSection, scopeSection } from './scope-sections';
import { transactionSection } from './transaction-section';

export interface PrintedPack {
  readonly bytes: Buffer;
  readonly pages: number;
  /** code points that were printed as visible escapes */
  readonly escaped: number;
}

export interface PrintOptions {
  /** canonical bytes of the document: the one attachment */
  readonly evidenceBytes: Uint8Array;
  /** 64 hex */
  readonly evidenceSha256: string;
}

/** The PDF for people. It prints nothing that the document does not hold. */
export async function printPack(
  evidence: EvidenceDocument,
  options: PrintOptions,
): Promise<PrintedPack> {
  const { pack, report } = evidence;
  const paper = new Paper({
    title: `Evidence pack ${pack.id}`,
    subject: 'Transaction evidence',
    creator: `tieout ${report.build.version}`,
    date: Date.parse(pack.created),
    attachment: {
      name: 'evidence.json',
      bytes: options.evidenceBytes,
      description: 'Every figure of this document as canonical JSON',
    },
  });
  const names = new Map(
    report.identities.map(({ pseudonym, system, account }) => [
      pseudonym,
      `${account} at ${system} (${pseudonym})`,
    ]),
  );
  const nameOf = (pseudonym: string): string => names.get(pseudonym) ?? pseudonym;
  cover(paper, evidence, options.evidenceSha256);
  resultsSection(paper, evidence);
  scopeSection(paper, evidence);
  populationSection(paper, evidence);
  transactionSection(paper, evidence, nameOf);
  dutiesSection(paper, evidence, nameOf);
  reconciliationSection(paper, evidence);
  integritySection(paper, evidence);
  verifySection(paper, evidence);
  appendixSection(paper, evidence);
  const { pages, escaped } = paper;
  const bytes = await paper.end((page, count) =>
    runningMatter(paper, evidence, { page, count, hash: options.evidenceSha256 }),
  );
  return { bytes, pages, escaped };
}

interface Running {
  readonly page: number;
  readonly count: number;
  readonly hash: string;
}

/** Head and foot of every page: which pack, which data, which page; and PARTIAL where it is. */
function runningMatter(
  paper: Paper,
  { pack, ledger }: EvidenceDocument,
  { page, count, hash }: Running,
): void {
  const { doc } = paper;
  const right = PAGE.left + CONTENT_WIDTH;
  const rightAligned = (text: string, y: number): void => {
    paper.use(STYLE.small);
    paper.draw(text, right - doc.widthOfString(text), y, STYLE.small);
  };
  if (page > 1) {
    paper.draw(`Evidence pack ${pack.id}`, PAGE.left, 30, STYLE.small);
    rightAligned(`${ledger.origin}, size ${ledger.size}`, 30);
    doc.moveTo(PAGE.left, 42).lineTo(right, 42).lineWidth(0.4).strokeColor(INK.rule).stroke();
  }
  const foot = PAGE.height - 36;
  doc
    .moveTo(PAGE.left, foot - 5)
    .lineTo(right, foot - 5)
    .lineWidth(0.4)
    .strokeColor(INK.rule)
    .stroke();
  paper.draw(`${pack.id} · data ${hash.slice(0, 16)}`, PAGE.left, foot, STYLE.small);
  rightAligned(`page ${page} of ${count}`, foot);
  if (pack.status === 'partial') {
    const style = { ...STYLE.bold, size: 9, color: INK.bad };
    paper.use(style);
    paper.draw(
      'PARTIAL',
      PAGE.left + CONTENT_WIDTH / 2 - doc.widthOfString('PARTIAL') / 2,
      foot - 1,
      style,
    );
  }
}
