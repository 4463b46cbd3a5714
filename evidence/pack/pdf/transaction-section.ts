import { itemPath } from '../data-files';
import { type MissingStep } from '../pack-input';
import { type EvidenceDocument, type TimelineStep } from '../report-types';
import { paragraph, section, subheading } from './blocks';
import { lineageFigure } from './lineage-figure';
import { INK, type Paper, STYLE } from './paper';
import { dataFileNote } from './scope-sections';
import { type Cell, type StyledText, table } from './table';
import { actorText, moneyText, type NameOf, objectText, timeText, typeText } from './words';

const TIME = { ...STYLE.cell, size: 7.2 };
const QUIET = { ...STYLE.small, size: 6.8 };
const SMALL_MONO = { ...STYLE.mono, size: 5.8 };
const BAD = { ...STYLE.cellBold, color: INK.bad };

/** Section 4: the one item of a transaction pack. */
export function transactionSection(paper: Paper, evidence: EvidenceDocument, nameOf: NameOf): void {
  const { report } = evidence;
  section(paper, '4  The transaction', () => {
    subheading(paper, 'Lineage');
    const undrawn = lineageFigure(paper, {
      objects: report.population.objects,
      edges: report.edges,
      missing: report.missing,
    });
    paragraph(
      paper,
      `Boxes are objects with their last amount and state; the subject has the heavy frame; lines join objects whose entries name one another; dashed boxes are documents that the workflow expects and the ledger does not have.${undrawn > 0 ? ` ${undrawn} more objects are listed in section 3 and not drawn.` : ''}`,
      { style: STYLE.small },
    );
    missingTable(paper, report);
    timelineTable(paper, evidence, nameOf);
    approvalsTable(paper, report, nameOf);
  });
}

function missingTable(paper: Paper, { missing }: EvidenceDocument['report']): void {
  if (missing.length === 0) {
    paragraph(paper, 'No expected document or step is missing.');
    return;
  }
  subheading(paper, 'Missing');
  table(
    paper,
    [
      { title: 'Missing', width: 0.2 },
      { title: 'Of', width: 0.32 },
      { title: 'Why it is expected', width: 0.48 },
    ],
    missing.map(({ stream, what, sentence }) => [
      { text: typeText(what), style: BAD, fill: INK.badFill },
      stream,
      sentence,
    ]),
    { summary: 'Expected documents and steps that the ledger does not have' },
  );
}

function timelineTable(paper: Paper, evidence: EvidenceDocument, nameOf: NameOf): void {
  const { timeline, missing } = evidence.report;
  subheading(paper, 'Timeline');
  table(
    paper,
    [
      { title: '#', width: 0.036, align: 'right' },
      { title: 'Occurred, recorded (UTC)', width: 0.186, style: TIME },
      { title: 'Object and step', width: 0.3 },
      { title: 'Who', width: 0.158 },
      { title: 'Amount', width: 0.095, align: 'right' },
      { title: 'Entry: index, revision, leaf', width: 0.19 },
      { title: '✓', width: 0.035 },
    ],
    [...timeline.map((step) => timelineRow(step, nameOf)), ...missing.map(missingRow)],
    { summary: 'Every entry of the lineage in the order of occurrence, then what is missing' },
  );
  paragraph(
    paper,
    'Behind = stands the person whom the register of accounts names for that day. The last column is left empty for tick marks. A leaf is SHA-256 of a zero byte and the stored entry; the entry and its proof have the same line number in entries.jsonl and proofs.jsonl.',
    { style: STYLE.small },
  );
  dataFileNote(paper, evidence, itemPath('entries.jsonl'), itemPath('proofs.jsonl'));
}

function missingRow({ stream, what, sentence }: MissingStep): Cell[] {
  const fill = INK.badFill;
  return [
    { text: '–', fill },
    { text: 'not recorded', style: BAD, fill },
    { parts: [{ text: `Missing: ${typeText(what)}`, style: BAD }, { text: sentence }], fill },
    { text: '', fill },
    { text: '', fill },
    { text: `of ${stream}`, style: QUIET, fill },
    { text: '', fill },
  ];
}

function timelineRow(step: TimelineStep, nameOf: NameOf): Cell[] {
  const flagged = step.flags.length > 0;
  return [
    String(step.n),
    {
      parts: [
        { text: timeText(step.occurredAt) },
        { text: timeText(step.recordedAt), style: QUIET },
      ],
    },
    { parts: stepParts(step, nameOf), ...(flagged ? { fill: INK.warnFill } : {}) },
    actorText(step.actor, step.persons, nameOf),
    moneyText(step.amount),
    { text: `${step.index}, ${step.revision}\n${step.leaf}`, style: SMALL_MONO },
    '',
  ];
}

function stepParts(step: TimelineStep, nameOf: NameOf): StyledText[] {
  const states = step.from === undefined ? `to ${step.to}` : `${step.from} to ${step.to}`;
  const head = `${objectText(step.object)}: ${step.action}`;
  return [
    { text: head, style: STYLE.cellBold },
    ...(step.to === step.action && step.from === undefined ? [] : [{ text: states }]),
    ...statedParts(step, nameOf).map((text) => ({ text })),
    ...(step.flags.length === 0
      ? []
      : [
          {
            text: `flagged ${step.flags.join(', ')}`,
            style: { ...STYLE.cellBold, color: INK.warn },
          },
        ]),
    { text: sourceText(step), style: QUIET },
  ];
}

/** What the step states beside the transition, one line a kind. */
function statedParts(step: TimelineStep, nameOf: NameOf): string[] {
  const closed = step.personal
    .filter(({ value, erasedBy }) => value === undefined && erasedBy === undefined)
    .map(({ path }) => path);
  return [
    ...(step.version === undefined ? [] : [`version ${step.version}`]),
    ...(step.details.length === 0
      ? []
      : [step.details.map(({ name, value }) => `${name} ${value}`).join(', ')]),
    ...step.changes.map(({ field, before, after }) => `changed ${field}: ${before} → ${after}`),
    ...step.rules.map(({ id, version, outcome }) => `rule ${id} version ${version}: ${outcome}`),
    ...step.overrides.map(
      ({ rule, reason, approver }) => `override of ${rule}: ${reason}, by ${nameOf(approver)}`,
    ),
    ...step.attachments.map(
      ({ sha256, bytes, mediaType }) => `attachment ${mediaType}, ${bytes} bytes, ${sha256}`,
    ),
    ...step.personal.flatMap(({ path, value }) =>
      value === undefined ? [] : [`${path}: ${value}`],
    ),
    ...step.personal.flatMap(({ path, erasedBy }) =>
      erasedBy === undefined ? [] : [`erased: ${path}, by event ${erasedBy}`],
    ),
    ...(closed.length === 0 ? [] : [`closed: ${closed.join(', ')}`]),
  ];
}

function sourceText({ source, attempt }: TimelineStep): string {
  const parts = [source.document, source.id].filter((part) => part !== undefined);
  return `${source.system}: ${parts.join(', ')}${attempt === undefined ? '' : `, attempt ${attempt}`}`;
}

function approvalsTable(
  paper: Paper,
  { approvals }: EvidenceDocument['report'],
  nameOf: NameOf,
): void {
  subheading(paper, 'Approvals and decisions');
  if (approvals.length === 0) {
    paragraph(paper, 'No approval, rejection, release or override is recorded on this lineage.');
    return;
  }
  table(
    paper,
    [
      { title: 'Step', width: 0.05, align: 'right' },
      { title: 'Decision', width: 0.24 },
      { title: 'At (UTC)', width: 0.14 },
      { title: 'By', width: 0.19 },
      { title: 'Amount, version', width: 0.13, align: 'right' },
      { title: 'What the record says about it', width: 0.25 },
    ],
    approvals.map((line) => [
      String(line.step),
      `${objectText(line.object)}: ${line.action}`,
      timeText(line.at),
      actorText(line.by, line.persons, nameOf),
      [moneyText(line.amount), line.version === undefined ? '' : `version ${line.version}`]
        .filter((t) => t !== '')
        .join('\n'),
      line.remarks.length === 0 ? 'nothing beside the decision' : line.remarks.join('\n'),
    ]),
    { summary: 'Approvals, rejections, releases and overrides' },
  );
}
