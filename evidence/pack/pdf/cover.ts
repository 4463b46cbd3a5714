import { type EvidenceDocument } from '../report-types';
import { bullets, paragraph, section, subheading } from './blocks';
import { CONTENT_WIDTH, INK, PAGE, type Paper, STYLE } from './paper';
import { type Cell, facts, table } from './table';
import { fingerprint, objectText, timeText } from './words';

const OUTCOME = {
  good: { word: 'as expected', color: INK.good, fill: INK.goodFill },
  note: { word: 'note', color: INK.warn, fill: INK.warnFill },
  bad: { word: 'attention', color: INK.bad, fill: INK.badFill },
} as const;

/** Page 1: what this is, about what, made when and from which state of which ledger. */
export function cover(paper: Paper, evidence: EvidenceDocument, evidenceSha256: string): void {
  const { pack, ledger, report } = evidence;
  const { request, results } = report;
  banner(paper, evidence);
  facts(
    paper,
    [
      ['Pack', pack.id],
      ['Kind', `${pack.kind} evidence: one lineage, end to end`],
      ['Subject', objectText(request.subject)],
      ['Legal entity', request.subject.entity],
      ['Occurred', `${timeText(results.first)} to ${timeText(results.last)} UTC`],
      ['Purpose', request.purpose],
      ...(request.engagement === undefined ? [] : [['Engagement', request.engagement] as const]),
      ['Prepared by', `${request.requestedBy}, at ${timeText(pack.created)} UTC`],
      ['Reviewed by', 'not reviewed in the ledger'],
      ['Signed, timestamped', 'unsigned; not timestamped'],
      ['Status', statusCell(pack.status)],
      ['Ledger', ledger.origin],
      ['As of tree size', `${ledger.asOf}; nothing recorded later is inside`],
    ],
    { summary: 'Identification of the pack' },
  );
  subheading(paper, 'Hash of the data');
  paragraph(
    paper,
    'SHA-256 of evidence.json, which is attached to this document and lies beside it in the pack. Every figure on these pages stands in it. Compare these digits over a second channel.',
    { style: STYLE.small },
  );
  paragraph(paper, fingerprint(evidenceSha256), { style: { ...STYLE.mono, size: 8.6 } });
}

function banner(paper: Paper, { pack }: EvidenceDocument): void {
  const top = PAGE.top - 14;
  paper.artifact(() => {
    paper.doc.rect(PAGE.left, top, CONTENT_WIDTH, 66).fill(INK.accent);
  });
  paper.element('P', () =>
    paper.draw('Tieout · evidence pack', PAGE.left + 14, top + 10, {
      ...STYLE.body,
      size: 9,
      color: '#d5e0ec',
    }),
  );
  const style = { ...STYLE.h1, size: 17, color: '#ffffff' };
  const lines = paper.lines(pack.title, style, CONTENT_WIDTH - 28).slice(0, 1);
  paper.element('Title', () =>
    lines.forEach((line) => paper.draw(line, PAGE.left + 14, top + 26, style)),
  );
  paper.y = top + 66 + 12;
}

function statusCell(status: 'complete' | 'partial'): Cell {
  return status === 'complete'
    ? {
        text: 'COMPLETE: all that the request names is inside',
        style: { ...STYLE.cellBold, color: INK.good },
        fill: INK.goodFill,
      }
    : {
        text: 'PARTIAL: named items are missing, see results and limits',
        style: { ...STYLE.cellBold, color: INK.bad },
        fill: INK.badFill,
      };
}

/** Section 1: the answers first, then the limits. */
export function resultsSection(paper: Paper, { report }: EvidenceDocument): void {
  section(paper, '1  Results and limits', () => {
    table(
      paper,
      [
        { title: 'Question', width: 0.17, style: STYLE.cellBold },
        { title: 'Outcome', width: 0.13 },
        { title: 'What the record shows', width: 0.7 },
      ],
      report.verdicts.map(({ topic, outcome, sentence }) => {
        const { word, color, fill } = OUTCOME[outcome];
        return [topic, { text: word, style: { ...STYLE.cellBold, color }, fill }, sentence];
      }),
      { summary: 'Results by question' },
    );
    figures(paper, report.results, report.print.escaped);
    if (report.unreadable.length > 0) {
      subheading(paper, 'Not in this pack');
      table(
        paper,
        [
          { title: 'What', width: 0.5 },
          { title: 'Reason', width: 0.5 },
        ],
        report.unreadable.map(({ what, reason }) => [what, reason]),
        { summary: 'Named items that could not be read' },
      );
    }
    subheading(paper, 'What this evidence does not show');
    bullets(paper, report.limits, STYLE.cell);
  });
}

function figures(
  paper: Paper,
  results: EvidenceDocument['report']['results'],
  escaped: number,
): void {
  subheading(paper, 'Figures');
  const cells: readonly (readonly [string, number])[] = [
    ['objects', results.objects],
    ['entries', results.entries],
    ['missing steps', results.missing],
    ['flagged steps', results.flagged],
    ['approvals and decisions', results.approvals],
    ['violations', results.violations],
    ['inconclusive', results.inconclusive],
    ['mitigated', results.mitigated],
    ['reconciliation matches', results.matches],
    ['reconciliation breaks', results.breaks],
    ['personal values', results.commitments],
    ['opened', results.opened],
    ['inclusion proofs', results.proofs],
    ['named items not read', results.unreadable],
    ['characters printed as escapes', escaped],
  ];
  const rows: string[][] = [];
  for (let i = 0; i < cells.length; i += 2) {
    rows.push(cells.slice(i, i + 2).flatMap(([name, value]) => [name, String(value)]));
  }
  table(
    paper,
    [
      { title: 'Count of', width: 0.34 },
      { title: '', width: 0.16, align: 'right', style: STYLE.cellBold },
      { title: 'Count of', width: 0.34 },
      { title: '', width: 0.16, align: 'right', style: STYLE.cellBold },
    ],
    rows,
    { summary: 'Counts of this pack' },
  );
}
