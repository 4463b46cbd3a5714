import { type CsvColumn, csv } from '../../src/kernel/csv';
import { type ExcludedObject, type Figure, type MissingStep } from './pack-input';
import { type PopulationLine, type TimelineStep } from './report-types';

/** A CSV file of the pack with a sentence for each column: the data dictionary is made from these. */
export interface Table<Row> {
  readonly columns: readonly (CsvColumn & { readonly means: string })[];
  row(value: Row): readonly string[];
}

export const POPULATION_TABLE: Table<PopulationLine> = {
  columns: [
    { name: 'stream', type: 'text', means: 'name of the object in the ledger' },
    { name: 'type', type: 'code', means: 'object type' },
    { name: 'entity', type: 'text', means: 'legal entity code' },
    { name: 'id', type: 'text', means: 'key of the object in its source system' },
    {
      name: 'distance',
      type: 'integer',
      means: 'links between the object and the subject; 0 is the subject',
    },
    { name: 'state', type: 'text', means: 'canonical state' },
    {
      name: 'entries',
      type: 'integer',
      means: 'sealed entries of the object, all of them in entries.jsonl',
    },
    {
      name: 'last_revision',
      type: 'integer',
      means: 'revisions run from 0 to this one without gap',
    },
    {
      name: 'measure',
      type: 'text',
      means:
        'name of the figure: amount, or a decimal of the contract; further figures are in population.jsonl',
    },
    {
      name: 'value',
      type: 'decimal',
      means: 'the figure of the act that occurred last, in major units, not rounded',
    },
    { name: 'currency', type: 'code', means: 'ISO 4217 code of the value' },
    {
      name: 'first_occurred',
      type: 'instant',
      means: 'earliest occurred-at, UTC, by the word of the source',
    },
    { name: 'last_occurred', type: 'instant', means: 'latest occurred-at, UTC' },
  ],
  row: (line) => [
    line.stream,
    line.object.type,
    line.object.entity,
    line.object.id,
    String(line.distance),
    line.state,
    String(line.entries),
    String(line.lastRevision),
    line.figures[0]?.measure ?? '',
    line.figures[0]?.value ?? '',
    currencyOf(line.figures[0]),
    line.first,
    line.last,
  ],
};

const currencyOf = (figure: Figure | undefined): string =>
  figure === undefined || figure.currency === '-' ? '' : figure.currency;

export const EXCLUDED_TABLE: Table<ExcludedObject> = {
  columns: [
    { name: 'stream', type: 'text', means: 'name of the object in the ledger' },
    { name: 'reason', type: 'code', means: 'beyond-depth, master-data or not-recorded' },
    { name: 'via', type: 'text', means: 'the included object that is linked with it' },
    { name: 'role', type: 'code', means: 'role of the link' },
  ],
  row: ({ stream, reason, via, role }) => [stream, reason, via, role],
};

export const MISSING_TABLE: Table<MissingStep> = {
  columns: [
    { name: 'stream', type: 'text', means: 'the object that should have it' },
    { name: 'what', type: 'text', means: 'the step or document that is missing' },
    { name: 'sentence', type: 'text', means: 'why it is expected' },
  ],
  row: ({ stream, what, sentence }) => [stream, what, sentence],
};

export const TIMELINE_TABLE: Table<TimelineStep> = {
  columns: [
    { name: 'step', type: 'integer', means: 'place in the order of occurrence' },
    { name: 'occurred_at', type: 'instant', means: 'UTC, by the word of the source' },
    { name: 'recorded_at', type: 'instant', means: 'UTC, by the clock of the ledger' },
    { name: 'stream', type: 'text', means: 'name of the object in the ledger' },
    { name: 'revision', type: 'integer', means: 'place in the history of the object' },
    { name: 'action', type: 'text', means: 'what happened' },
    { name: 'from_state', type: 'text', means: 'state before, where the source states it' },
    { name: 'to_state', type: 'text', means: 'state after' },
    { name: 'actor', type: 'text', means: 'pseudonym of the acting account' },
    {
      name: 'actor_kind',
      type: 'code',
      means: 'person, service or system, by the word of the source',
    },
    { name: 'on_behalf_of', type: 'text', means: 'pseudonym of the account acted for' },
    {
      name: 'initiated_by',
      type: 'text',
      means: 'pseudonym of the person behind a service or shared account',
    },
    { name: 'amount', type: 'decimal', means: 'amount of the step, in major units' },
    { name: 'currency', type: 'code', means: 'ISO 4217 code of amount' },
    { name: 'source_system', type: 'text', means: 'short name of the source system' },
    { name: 'source_id', type: 'text', means: 'id of the event in the source system' },
    { name: 'source_document', type: 'text', means: 'document number in the source system' },
    {
      name: 'flags',
      type: 'text',
      means: 'marks set when the step was recorded, separated by spaces',
    },
    { name: 'entry', type: 'code', means: 'id of the sealed entry' },
    { name: 'log_index', type: 'integer', means: 'place of the entry in the log' },
    { name: 'leaf', type: 'hex', means: 'SHA-256 of 0x00 and the entry' },
  ],
  row: (s) => [
    String(s.n),
    s.occurredAt,
    s.recordedAt,
    s.stream,
    String(s.revision),
    s.action,
    s.from ?? '',
    s.to,
    s.actor.id,
    s.actor.kind,
    s.actor.onBehalfOf ?? '',
    s.actor.initiatedBy ?? '',
    s.amount?.amount ?? '',
    s.amount?.currency ?? '',
    s.source.system,
    s.source.id ?? '',
    s.source.document ?? '',
    s.flags.join(' '),
    s.entry,
    String(s.index),
    s.leaf,
  ],
};

export function csvOf<Row>(table: Table<Row>, rows: readonly Row[]): Buffer {
  return csv(
    table.columns,
    rows.map((value) => table.row(value)),
  );
}

const DICTIONARY: readonly CsvColumn[] = [
  { name: 'file', type: 'text' },
  { name: 'column', type: 'text' },
  { name: 'type', type: 'code' },
  { name: 'meaning', type: 'text' },
];

/** One row a column of every CSV file of the pack. */
export function dictionaryCsv(
  files: Readonly<Record<string, Pick<Table<never>, 'columns'>>>,
): Buffer {
  const rows = Object.entries(files).flatMap(([file, { columns }]) => [
    ...columns.map(({ name, type, means }) => [file, name, type, means]),
    [
      file,
      'escaped',
      'integer',
      "cells of the row that were prefixed with ' so that no program runs them as a formula",
    ],
  ]);
  return csv(DICTIONARY, rows);
}
