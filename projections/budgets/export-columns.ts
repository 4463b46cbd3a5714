import { type ListColumn } from '../../src/http';
import { type Json, type JsonObject } from '../../src/kernel/json';

const text = (value: Json | undefined): string | undefined =>
  value === undefined || value === null
    ? undefined
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

const inside = (item: JsonObject, outer: string, name: string): string | undefined =>
  text((item[outer] as JsonObject | undefined)?.[name]);

type Column = ListColumn<JsonObject>;

const column = (name: string, type: Column['type']): Column => ({
  ...{ name, type },
  value: (item) => text(item[name]),
});

const dimension = (name: string): Column => ({
  ...{ name, type: 'text' as const },
  value: (item) => inside(item, 'dimensions', name),
});

const DIMENSIONS = ['costCenter', 'account', 'project', 'period'].map(dimension);
const FIGURES = [
  ...['original', 'planned', 'precommitted', 'committed', 'actual', 'reserved', 'available'],
].map((name) => column(name, 'decimal'));

/** Columns of the list of budget lines. */
export const POSITION_COLUMNS: readonly Column[] = [
  column('id', 'hex'),
  column('entity', 'text'),
  ...DIMENSIONS,
  column('currency', 'code'),
  ...FIGURES,
  { name: 'states', type: 'text', value: (item) => (item['states'] as string[]).join(' ') },
];

/** Columns of the documents behind a line. */
export const MOVEMENT_COLUMNS: readonly Column[] = [
  ...['type', 'entity', 'id'].map((name): Column => ({
    ...{ name, type: 'text' },
    value: (item) => inside(item, 'object', name),
  })),
  ...DIMENSIONS,
  column('figure', 'code'),
  column('amount', 'decimal'),
  column('arithmetic', 'text'),
  { name: 'events', type: 'text', value: (item) => (item['events'] as string[]).join(' ') },
];

/** Columns of what versions and transfers plan. */
export const PLAN_COLUMNS: readonly Column[] = [
  column('type', 'code'),
  column('id', 'text'),
  column('original', 'decimal'),
  column('planned', 'decimal'),
];

/** Columns of the reservations of a line. */
export const RESERVATION_COLUMNS: readonly Column[] = [
  column('checkId', 'text'),
  column('amount', 'decimal'),
  column('state', 'code'),
  column('takenAt', 'instant'),
  column('expiresAt', 'instant'),
  column('by', 'text'),
  column('event', 'text'),
];

/** Columns of the differences to another system's figures. */
export const DIFFERENCE_COLUMNS: readonly Column[] = [
  column('id', 'hex'),
  column('type', 'code'),
  column('entity', 'text'),
  ...DIMENSIONS,
  column('currency', 'code'),
  column('figure', 'code'),
  column('ours', 'decimal'),
  column('theirs', 'decimal'),
  column('difference', 'decimal'),
  column('explanation', 'text'),
  { name: 'because', type: 'text', value: (item) => (item['because'] as string[]).join(' ') },
];
