import { type EvidenceDocument } from '../report-types';
import { paragraph, section } from './blocks';
import { INK, type Paper, STYLE } from './paper';
import { dataFileNote } from './scope-sections';
import { table } from './table';
import { type NameOf } from './words';

const STATUS_INK: Readonly<Record<string, { readonly color: string; readonly fill: string }>> = {
  violation: { color: INK.bad, fill: INK.badFill },
  inconclusive: { color: INK.warn, fill: INK.warnFill },
  mitigated: { color: INK.warn, fill: INK.warnFill },
  clear: { color: INK.good, fill: INK.goodFill },
};

/** Section 5: findings by rule, with the steps that prove them. */
export function dutiesSection(paper: Paper, evidence: EvidenceDocument, nameOf: NameOf): void {
  const { findings, timeline } = evidence.report;
  const stepOf = new Map(timeline.map((step) => [step.entry, step.n]));
  section(paper, '5  Segregation of duties', () => {
    if (findings.length === 0) paragraph(paper, 'No finding touches this transaction.');
    else {
      table(
        paper,
        [
          { title: 'Rule', width: 0.18 },
          { title: 'Status', width: 0.11 },
          { title: 'Person', width: 0.13 },
          { title: 'Finding', width: 0.48 },
          { title: 'Steps', width: 0.1 },
        ],
        findings.map((finding) => {
          const { color, fill } = STATUS_INK[finding.status] ?? {
            color: INK.text,
            fill: '#ffffff',
          };
          return [
            {
              parts: [
                { text: `${finding.rule} ${finding.ruleTitle}` },
                { text: `${finding.severity}, ${finding.ruleSet}`, style: STYLE.small },
              ],
            },
            { text: finding.status, style: { ...STYLE.cellBold, color }, fill },
            nameOf(finding.person),
            {
              parts: [
                { text: finding.sentence },
                {
                  text: `scope ${finding.scope}${reasonsText(finding.reasons)}`,
                  style: STYLE.small,
                },
                { text: finding.id, style: { ...STYLE.mono, size: 5.6 } },
              ],
            },
            finding.events
              .map((id) => (stepOf.has(id) ? `step ${stepOf.get(id)}` : `entry ${id}`))
              .join('\n'),
          ];
        }),
        { summary: 'Segregation of duties findings' },
      );
    }
    dataFileNote(paper, evidence, 'data/sod/findings.jsonl');
  });
}

const reasonsText = (reasons: readonly string[]): string =>
  reasons.length === 0 ? '' : `; ${reasons.join(', ')}`;
