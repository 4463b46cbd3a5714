import { type ControlTotal } from '../pack-input';
import { type EvidenceDocument } from '../report-types';
import { paragraph, section, subheading } from './blocks';
import { leading, type Paper, STYLE } from './paper';
import { facts, table } from './table';
import { grouped, figureText, objectText, timeText, typeText } from './words';

/** Small enough for one line, with the leading of the other cells, so that the two paths stay side by side. */
const TIME = { ...STYLE.cell, size: 6.6, leading: leading(STYLE.cell) };

/** Path and SHA-256 of the data file behind a section. */
export function dataFileNote(
  paper: Paper,
  { files }: EvidenceDocument,
  ...paths: readonly string[]
): void {
  for (const path of paths) {
    const file = files.find((candidate) => candidate.path === path);
    if (file !== undefined)
      paragraph(paper, `Data: ${path}, ${file.bytes} bytes, SHA-256 ${file.sha256}`, {
        style: STYLE.small,
        after: 1,
      });
  }
  paper.space(4);
}

/** Section 2: the request as typed and as resolved (information produced by the entity). */
export function scopeSection(paper: Paper, evidence: EvidenceDocument): void {
  const { ledger, report } = evidence;
  const { request } = report;
  section(paper, '2  Scope and parameters', () => {
    facts(
      paper,
      [
        [
          'Report',
          `transaction evidence, tieout ${report.build.version}, commit ${report.build.commit}`,
        ],
        ['System and ledger', ledger.origin],
        [
          'Subject as typed',
          `type ${request.subject.type}, entity ${request.subject.entity}, id ${request.subject.id}`,
        ],
        [
          'Resolved to',
          `${report.population.objects.find((o) => o.distance === 0)?.stream ?? ''} and ${report.population.included - 1} linked objects`,
        ],
        ['Depth', `${request.depth} links from the subject, in both directions`],
        [
          'Snapshot',
          `tree size ${ledger.asOf}, under the checkpoint of size ${ledger.size}, root ${ledger.root}`,
        ],
        [
          'Personal values to open',
          request.disclose.length === 0 ? 'none' : request.disclose.join(', '),
        ],
        ['Partial result allowed', request.allowPartial ? 'yes' : 'no'],
        ['Purpose', request.purpose],
        ['Run by, at', `${request.requestedBy}, ${timeText(request.requestedAt)} UTC`],
        [
          'Request in the ledger',
          `${request.event.stream}, entry ${request.event.id}, log index ${request.event.index}`,
        ],
        [
          'Times',
          'UTC, to the millisecond. Occurred is the word of the source system, recorded is the clock of the ledger.',
        ],
      ],
      { summary: 'Parameters as typed and as resolved' },
    );
    dataFileNote(paper, evidence, 'data/ipe/parameters.json');
  });
}

/** Section 3: control totals by two paths, the objects, and what was left out. */
export function populationSection(paper: Paper, evidence: EvidenceDocument): void {
  const { report } = evidence;
  const { population, controlTotals } = report;
  section(paper, '3  Population and completeness', () => {
    paragraph(
      paper,
      `Objects linked with the subject: ${population.total}. Included ${population.included}, left out ${population.excluded}. Path A is the projection that feeds this pack; path B is a replay of all ${controlTotals.scanned} sealed entries by other code. Both paths agree to the last digit, or there would be no pack.`,
    );
    totalsTable(paper, report);
    dataFileNote(paper, evidence, 'data/ipe/control-totals.json');
    objectsTable(paper, report);
    paragraph(
      paper,
      `Population root (RFC 6962 tree over the lines of population.jsonl): ${population.root}`,
      { style: STYLE.small, after: 1 },
    );
    dataFileNote(paper, evidence, 'data/population/population.jsonl');
    leftOutTable(paper, report);
  });
}

function totalsTable(paper: Paper, { controlTotals }: EvidenceDocument['report']): void {
  subheading(paper, 'Control totals by object type and currency');
  const keyOf = ({ type, measure, currency }: ControlTotal): string =>
    `${type} ${measure} ${currency}`;
  const keys = [...new Set(controlTotals.rows.map(keyOf))].sort();
  table(
    paper,
    [
      { title: 'Object type', width: 0.13, style: STYLE.cellBold },
      { title: 'Path', width: 0.105 },
      { title: 'Objects', width: 0.075, align: 'right' },
      { title: 'Entries', width: 0.075, align: 'right' },
      { title: 'Sum', width: 0.14, align: 'right' },
      { title: 'Absolute', width: 0.14, align: 'right' },
      { title: 'First occurred (UTC)', width: 0.168, style: TIME },
      { title: 'Last occurred (UTC)', width: 0.168, style: TIME },
    ],
    keys.map((key) => pairRow(controlTotals.rows.filter((total) => keyOf(total) === key))),
    { summary: 'Control totals by two paths' },
  );
}

/** Both paths of one type and currency, one below the other. */
function pairRow(pair: EvidenceDocument['report']['controlTotals']['rows']): string[] {
  const stacked = (cell: (total: (typeof pair)[number]) => string): string =>
    pair.map(cell).join('\n');
  const money = (amount: string, currency: string): string =>
    currency === '-' ? grouped(amount) : `${grouped(amount)} ${currency}`;
  return [
    typeAndMeasure(pair[0]),
    stacked(({ path }) => (path === 'projection' ? 'A projection' : 'B replay')),
    stacked(({ objects }) => String(objects)),
    stacked(({ entries }) => String(entries)),
    stacked(({ sum, currency }) => money(sum, currency)),
    stacked(({ absolute, currency }) => money(absolute, currency)),
    stacked(({ first }) => timeText(first)),
    stacked(({ last }) => timeText(last)),
  ];
}

/** The measure is named where it is not the amount. */
function typeAndMeasure(total: ControlTotal | undefined): string {
  if (total === undefined) return '';
  const { type, measure } = total;
  return ['amount', '-'].includes(measure) ? typeText(type) : `${typeText(type)}: ${measure}`;
}

function objectsTable(paper: Paper, { population }: EvidenceDocument['report']): void {
  subheading(paper, 'Objects');
  table(
    paper,
    [
      { title: 'Object', width: 0.25, style: STYLE.cellBold },
      { title: 'State', width: 0.09 },
      { title: 'Links', width: 0.06, align: 'right' },
      { title: 'Entries', width: 0.075, align: 'right' },
      { title: 'Revisions', width: 0.09, align: 'right' },
      { title: 'Last figure', width: 0.15, align: 'right' },
      { title: 'First occurred (UTC)', width: 0.142, style: TIME },
      { title: 'Last occurred (UTC)', width: 0.142, style: TIME },
    ],
    population.objects.map((line) => [
      objectText(line.object),
      line.state,
      String(line.distance),
      String(line.entries),
      `0 to ${line.lastRevision}`,
      line.figures.map(figureText).join('\n'),
      timeText(line.first),
      timeText(line.last),
    ]),
    { summary: 'Objects of the lineage' },
  );
}

const REASON: Readonly<Record<string, string>> = {
  'beyond-depth': 'further away than the depth asked for',
  'master-data': 'master data, not a document of this transaction',
  'not-recorded': 'named by an entry, but the ledger has no event of it',
};

function leftOutTable(paper: Paper, { population }: EvidenceDocument['report']): void {
  if (population.left.length === 0) {
    paragraph(paper, 'Nothing that is linked with the subject was left out.');
    return;
  }
  subheading(
    paper,
    `Left out: ${population.byReason.map(({ reason, objects }) => `${objects} ${reason}`).join(', ')}`,
  );
  table(
    paper,
    [
      { title: 'Object', width: 0.36 },
      { title: 'Reason', width: 0.3 },
      { title: 'Linked with', width: 0.34 },
    ],
    population.left.map(({ stream, reason, via, role }) => [
      stream,
      REASON[reason] ?? reason,
      `${via} as ${role}`,
    ]),
    { summary: 'Linked objects that are not in the pack' },
  );
}
