import { type EvidenceDocument } from '../report-types';
import { paragraph, section, subheading } from './blocks';
import { INK, type Paper, STYLE } from './paper';
import { dataFileNote } from './scope-sections';
import { table } from './table';
import { moneyText } from './words';

const ID = { ...STYLE.mono, size: 5.8 };

/** Section 6: what reconciliations say about objects of the lineage: with what they agree, and where they do not. */
export function reconciliationSection(paper: Paper, evidence: EvidenceDocument): void {
  const { report } = evidence;
  section(paper, '6  Reconciliation', () => {
    matchesTable(paper, report);
    breaksTable(paper, report);
    dataFileNote(paper, evidence, 'data/recon/matches.jsonl', 'data/recon/breaks.jsonl');
  });
}

function matchesTable(paper: Paper, { matches }: EvidenceDocument['report']): void {
  if (matches.length === 0) {
    paragraph(
      paper,
      'No reconciliation has matched an object of this transaction with another line.',
    );
    return;
  }
  subheading(paper, 'Matched');
  table(
    paper,
    [
      { title: 'Definition, pass', width: 0.2 },
      { title: 'Status, cleared', width: 0.14 },
      { title: 'Lines of side A and B', width: 0.4 },
      { title: 'Why they belong together', width: 0.26 },
    ],
    matches.map((match) => [
      { parts: [{ text: `${match.definition}, ${match.pass}` }, { text: match.id, style: ID }] },
      {
        parts: [
          { text: match.status, style: { ...STYLE.cellBold, color: INK.good } },
          { text: match.clearingDate },
        ],
      },
      match.lines.join('\n'),
      match.sentence,
    ]),
    { summary: 'Lines that belong together by a reconciliation' },
  );
}

function breaksTable(paper: Paper, { breaks }: EvidenceDocument['report']): void {
  if (breaks.length === 0) {
    paragraph(paper, 'No break of a reconciliation names an object of this transaction.');
    return;
  }
  subheading(paper, 'Breaks');
  table(
    paper,
    [
      { title: 'Definition, type', width: 0.2 },
      { title: 'Status', width: 0.1 },
      { title: 'Open', width: 0.12, align: 'right' },
      { title: 'Lines', width: 0.32 },
      { title: 'What differs', width: 0.26 },
    ],
    breaks.map((item) => [
      { parts: [{ text: `${item.definition}, ${item.type}` }, { text: item.id, style: ID }] },
      { text: item.status, style: { ...STYLE.cellBold, color: INK.bad } },
      moneyText(item.amount),
      item.lines.join('\n'),
      item.sentence,
    ]),
    { summary: 'Breaks that name an object of the transaction' },
  );
}
