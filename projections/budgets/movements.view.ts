import { plannedOf } from '../../src/controls/budget/planned.policy';
import { type JsonObject } from '../../src/kernel/json';
import { formatMinor } from '../../src/kernel/money';
import { type Page, type PageKey, pageOf, type ReadDb, type Snapshot } from '../read-model';
import { gapSentence, named } from './budgets.view';
import { citedChecks } from './check-rows';
import {
  type Contribution,
  documentOf,
  type DocumentRow,
  type PendingDocument,
} from './document-rows';

const LIST_MOVEMENTS = `
  SELECT stream, type, entity, id, revision, fold, cost_center, account, project, period, line, stage, original, minor, told
    FROM budget_document
   WHERE line = :line AND stream > :after
   ORDER BY stream
   LIMIT :limit`;

/** Budgets and documents behind the figures of one line, by stream name, each with its arithmetic and its events. */
export function listMovements(
  db: Snapshot,
  line: { readonly id: string; readonly currency: string },
  { limit, after }: { readonly limit: number; readonly after?: PageKey },
): Page<JsonObject> {
  const params = { line: line.id, after: after?.[0] ?? '', limit: limit + 1 };
  return pageOf(db.all<DocumentRow>(LIST_MOVEMENTS, params), limit, {
    keyOf: ({ stream }) => [stream],
    item: (row) => movementJson(db, documentOf(row), line.currency),
    position: db.position,
  });
}

function movementJson(db: ReadDb, document: PendingDocument, currency: string): JsonObject {
  const { type, entity, id, cell, counted } = document;
  const { costCenter, account, project, period } = cell;
  const { gaps } = counted.told;
  return {
    object: { type, entity, id },
    dimensions: named({ costCenter, account, project, period }),
    figure: figureOf(document),
    amount: formatMinor(counted.minor, currency),
    ...(type === 'budget' ? budgetJson(document) : spendingJson(document, currency)),
    events: eventsOf(document),
    checks: citedChecks(db, document),
    gaps: gaps.map((gap) => ({ ...gap, sentence: gapSentence(gap) })),
  };
}

/** Which figure of the line the document is part of; `released` ones count no more. */
const figureOf = ({ type, counted }: PendingDocument): string =>
  type === 'budget' ? 'planned' : counted.stage === 'none' ? 'released' : counted.stage;

function budgetJson({ fold }: PendingDocument): JsonObject {
  const { currency = '', steps = [] } = plannedOf(fold) ?? {};
  return {
    steps: steps.map(({ event, at, action, amount, effect, after }) => ({
      ...{ event, occurredAt: at, action, effect },
      ...(amount === undefined ? {} : { amount: { ...amount } }),
      after: formatMinor(after, currency),
    })),
  };
}

function spendingJson({ counted }: PendingDocument, currency: string): JsonObject {
  const { told } = counted;
  if (told.currency === '') return {};
  const text = (minor: bigint | string): string => formatMinor(BigInt(minor), told.currency);
  return {
    whole: { amount: text(told.whole), currency: told.currency },
    taken: told.taken.map(({ document, minor }) => ({ document, amount: text(minor) })),
    takenCount: told.takenCount,
    over: text(told.over),
    arithmetic: arithmeticOf(counted, currency),
  };
}

/** `1000.00 - 400.00 = 600.00 USD; 555.00 EUR` */
function arithmeticOf({ stage, minor, told }: Contribution, currency: string): string {
  const text = (amount: bigint): string => formatMinor(amount, told.currency);
  const [whole, rest, over] = [BigInt(told.whole), BigInt(told.minor), BigInt(told.over)];
  if (stage === 'none') return `${text(0n)} of ${text(whole)} ${told.currency} counts: released`;
  const taken = told.takenCount === 0 ? '' : ` - ${text(whole - rest + over)}`;
  const more = over === 0n ? '' : `, ${text(over)} more than there was`;
  const converted =
    told.currency === currency ? '' : `; ${formatMinor(minor, currency)} ${currency}`;
  return `${text(whole)}${taken} = ${text(rest)} ${told.currency}${more}${converted}`;
}

/** Events that gave state, booking, amount and dimensions, each once. */
function eventsOf({ fold }: PendingDocument): string[] {
  const { state, booked, amount, dimensions, steps = [] } = fold;
  const said = [...steps, state, booked, amount, ...Object.values(dimensions)];
  return [...new Set(said.flatMap((one) => (one === undefined ? [] : [one.event])))];
}
