import { type Entry, type TransitionData } from '../../src/kernel/entry';
import { type MoneyJson } from '../../src/kernel/money';
import { type Instant } from '../../src/kernel/runtime';
import {
  type CustomField,
  workflowOf,
  type WorkflowDefinition,
} from '../../src/ingestion/workflow-definitions.policy';
import {
  type Flag,
  flagsOf,
  foldState,
  type ObjectState,
} from '../../src/ingestion/workflow.policy';

/** What one system last said of an object. */
export interface Side {
  readonly state: string;
  /** the last amount it gave; a later word without an amount does not take it back */
  readonly amount?: MoneyJson;
  readonly version?: string;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly revision: number;
}

/** An exact figure beyond minor units, as a decimal string. */
export interface Measure {
  readonly value: string;
  readonly currency?: string;
}

/** Everything that the events of one object say, folded; plain JSON. */
export interface ObjectFold {
  readonly workflow: ObjectState;
  readonly version?: string;
  readonly amount?: MoneyJson;
  readonly amountAt?: Instant;
  readonly baseAmount?: TransitionData['baseAmount'];
  readonly dimensions: Readonly<Record<string, string>>;
  readonly measures: Readonly<Record<string, Measure>>;
  /** by short name of the system */
  readonly sides: Readonly<Record<string, Side>>;
  /** every flag that any event of the object bears */
  readonly flags: readonly Flag[];
  readonly firstAt?: Instant;
  readonly lastAt?: Instant;
}

/** A transition as the ledger has it. */
export interface TransitionEntry {
  readonly entry: Entry;
  readonly data: TransitionData;
}

/** State of an object that no event has spoken of, also for types without a workflow. */
const UNKNOWN_STATE = 'none';

export function initialFold(definition: WorkflowDefinition | undefined): ObjectFold {
  const state = definition?.initial ?? UNKNOWN_STATE;
  return { workflow: { state, steps: {} }, dimensions: {}, measures: {}, sides: {}, flags: [] };
}

/** The workflow whose rules held on the day of the act. */
export function definitionFor(type: string, occurredAt: Instant): WorkflowDefinition | undefined {
  return workflowOf(type, occurredAt.slice(0, 10));
}

/**
 * Adds one event to what is known of its object. Figures and dimensions are those of the act that occurred last, not of
 * the message that arrived last.
 *
 * @param startsAt agreed start of the event's source, if it has one
 * @returns the object after the event, and the flags of the event itself
 */
export function foldObject(
  type: string,
  before: ObjectFold | undefined,
  { entry, data }: TransitionEntry,
  startsAt?: Instant,
): { readonly after: ObjectFold; readonly flags: readonly Flag[] } {
  const definition = definitionFor(type, entry.occurredAt);
  const base = before ?? initialFold(definition);
  const fact = { ...entry, data };
  const flags = definition === undefined ? [] : flagsOf(definition, fact, base.workflow, startsAt);
  const isLatest = base.lastAt === undefined || entry.occurredAt >= base.lastAt;
  const after: ObjectFold = {
    ...base,
    workflow: foldState(base.workflow, fact),
    ...latestFigures(base, entry, data),
    ...(isLatest && data.version !== undefined ? { version: data.version } : {}),
    dimensions: isLatest
      ? { ...base.dimensions, ...data.dimensions }
      : { ...data.dimensions, ...base.dimensions },
    measures: measuresAfter(base.measures, definition, data, isLatest),
    sides: { ...base.sides, [entry.source.system]: sideAfter(base, entry, data) },
    flags: [...new Set([...base.flags, ...flags])],
    firstAt: earlier(base.firstAt, entry.occurredAt),
    lastAt: isLatest ? entry.occurredAt : base.lastAt,
  };
  return { after, flags };
}

function latestFigures(before: ObjectFold, { occurredAt }: Entry, data: TransitionData) {
  const isLatest = before.amountAt === undefined || occurredAt >= before.amountAt;
  if (data.amount === undefined || !isLatest) return {};
  const { amount, baseAmount } = data;
  return { amount, amountAt: occurredAt, ...(baseAmount === undefined ? {} : { baseAmount }) };
}

function sideAfter(before: ObjectFold, entry: Entry, data: TransitionData): Side {
  const known = Object.hasOwn(before.sides, entry.source.system)
    ? before.sides[entry.source.system]
    : undefined;
  const { occurredAt: at, recordedAt, revision } = entry;
  const isLatest = known === undefined || at >= known.at;
  const said = { state: data.transition.to, at, recordedAt, revision };
  const figures = {
    ...(data.amount === undefined ? {} : { amount: data.amount }),
    ...(data.version === undefined ? {} : { version: data.version }),
  };
  return isLatest ? { ...known, ...said, ...figures } : { ...figures, ...known };
}

function earlier(a: Instant | undefined, b: Instant): Instant {
  return a === undefined || b < a ? b : a;
}

/** Decimals that the contract declares; `requestedAmount` is in the currency that `requestedCurrency` names. */
function measuresAfter(
  before: ObjectFold['measures'],
  definition: WorkflowDefinition | undefined,
  { custom }: TransitionData,
  isLatest: boolean,
): ObjectFold['measures'] {
  if (definition === undefined || custom === undefined) return before;
  let after = before;
  for (const [name, field] of Object.entries(definition.fields.custom)) {
    const value = custom[name];
    if (field.type !== 'decimal' || typeof value !== 'string') continue;
    if (!isLatest && Object.hasOwn(before, name)) continue;
    const currency = custom[currencyFieldOf(name, definition.fields.custom)];
    const measure = typeof currency === 'string' ? { value, currency } : { value };
    after = { ...after, [name]: measure };
  }
  return after;
}

function currencyFieldOf(name: string, fields: Readonly<Record<string, CustomField>>): string {
  const paired = name.replace(/Amount$/, 'Currency');
  return fields[paired]?.type === 'currency' ? paired : 'currency';
}
