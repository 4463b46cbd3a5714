import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import { explainBreak, explainGroup } from '../../src/reconciliation/matching/explain.policy';
import { type Ambiguity, type Identity } from '../../src/reconciliation/matching/result';
import { type GroupRow } from '../../src/reconciliation/matching/result-file';
import { Conditions, type Page, pageOf, type ReadDb, type Snapshot } from '../read-model';
import { findDefinitionOn } from './definitions.view';
import { explained, linesById, type LineView } from './lines.view';
import { type MemberView } from './matches.view';

/** A group that the engine does not confirm and a person may. */
export interface SuggestionView {
  readonly id: string;
  readonly definition: string;
  readonly run: string;
  readonly pass: string;
  readonly currency: string;
  readonly difference: string;
  readonly members: readonly MemberView[];
  readonly explanation: string;
}

/** Lines that have more than one explanation, with what they could be joined to. */
export interface AmbiguityView {
  readonly id: string;
  readonly definition: string;
  readonly run: string;
  readonly pass: string;
  readonly reason: string;
  readonly currency: string;
  /** at most 100; `lineCount` counts them all */
  readonly lines: readonly LineView[];
  readonly lineCount: number;
  /** pairs that the pass would join; absent when they are many or the pass makes no pairs */
  readonly candidates?: readonly (readonly [a: string, b: string])[];
  readonly explanation: string;
}

export type IdentityView = Omit<Identity, 'kind'> & {
  readonly definition: string;
  readonly run: string;
};

interface HintRow {
  readonly definition: string;
  readonly id: string;
  readonly run: string;
  readonly data: string;
}

const SELECT_HINTS = `SELECT definition, id, run, data FROM hint`;
const IN_ORDER = `ORDER BY definition, id LIMIT :limit`;
const COUNT_HINTS = `SELECT count(*) AS n FROM hint`;
const FIND_SUGGESTION = `
  SELECT definition, id, run, data FROM hint WHERE kind = 'suggestion' AND id = :id LIMIT 1`;

/** Lines of one ambiguity that a reply shows. */
const LINES_SHOWN_MAX = 100;

export type HintKind = 'suggestion' | 'ambiguity' | 'identity';

interface HintList {
  readonly kind: HintKind;
  readonly definition: string | undefined;
}

export const listSuggestions = (db: Snapshot, request: HintPage): Page<SuggestionView> =>
  listHints(db, { ...request, kind: 'suggestion' }, suggestionView);

export const listAmbiguities = (db: Snapshot, request: HintPage): Page<AmbiguityView> =>
  listHints(db, { ...request, kind: 'ambiguity' }, ambiguityView);

export const listIdentities = (db: Snapshot, request: HintPage): Page<IdentityView> =>
  listHints(db, { ...request, kind: 'identity' }, (_, { definition, run, data }) => {
    const { id, check, unit, terms, holds } = JSON.parse(data) as Identity;
    return { id, definition, run, check, unit, terms, holds };
  });

export interface HintPage {
  readonly definition: string | undefined;
  readonly after: readonly string[] | undefined;
  readonly limit: number;
}

function listHints<T>(
  db: Snapshot,
  { kind, definition, after, limit }: HintPage & HintList,
  view: (db: ReadDb, row: HintRow) => T,
): Page<T> {
  const conditions = conditionsOf({ kind, definition }).add(
    '(definition, id) > (:afterDefinition, :afterId)',
    { afterDefinition: after?.[0], afterId: after?.[1] },
  );
  const sql = `${SELECT_HINTS} ${conditions.where} ${IN_ORDER}`;
  const rows = db.all<HintRow>(sql, { ...conditions.params, limit: limit + 1 });
  return pageOf(rows, limit, {
    keyOf: (row) => [row.definition, row.id],
    item: (row) => view(db, row),
    position: db.position,
  });
}

export function countHints(db: ReadDb, list: HintList): number {
  const { where, params } = conditionsOf(list);
  return Number(db.get<{ n: bigint }>(`${COUNT_HINTS} ${where}`, params)?.n ?? 0n);
}

/** A suggestion is over when a person has used one of its lines. */
const IS_OPEN = `NOT EXISTS (SELECT 1 FROM json_each(hint.data, '$.members') m
  JOIN allocation a ON a.definition = hint.definition AND a.line = json_extract(m.value, '$.line') AND a.live = 1)`;

function conditionsOf({ kind, definition }: HintList): Conditions {
  const conditions = new Conditions()
    .add('kind = :kind', { kind })
    .add('definition = :definition', { definition });
  return kind === 'suggestion' ? conditions.add(IS_OPEN) : conditions;
}

/** A suggestion of a last run: its definition and lines. */
export function findSuggestion(
  db: ReadDb,
  id: string,
): { readonly definition: string; readonly lines: readonly string[] } | undefined {
  const row = db.get<HintRow>(FIND_SUGGESTION, { id });
  if (row === undefined) return undefined;
  const { members } = JSON.parse(row.data) as GroupRow;
  return { definition: row.definition, lines: members.map(({ line }) => line).sort() };
}

function suggestionView(db: ReadDb, { definition: id, run, data }: HintRow): SuggestionView {
  const row = JSON.parse(data) as GroupRow;
  const definition = findDefinitionOn(db, id);
  const ids = row.members.map(({ line }) => line);
  const found = linesById(db, ids, definition?.sides);
  const members = row.members.flatMap(({ line, allocated }) => {
    const view = found.get(line);
    return view === undefined ? [] : [{ ...view, allocated }];
  });
  const { pass, currency, difference, interchangeable, keys, facts } = row;
  const about = { pass, currency, difference, interchangeable, keys };
  const group = { ...about, ...(facts === undefined ? {} : { facts }) };
  return {
    id: row.id,
    definition: id,
    run,
    pass,
    currency,
    difference,
    members,
    explanation:
      definition === undefined
        ? ''
        : `Suggested, not confirmed: a person decides. ${explainGroup({ ...group, lines: members.map(explained) }, definition)}`,
  };
}

function ambiguityView(db: ReadDb, { definition: id, run, data }: HintRow): AmbiguityView {
  const {
    pass,
    reason,
    currency,
    lines: ids,
    countA,
    countB,
    candidates,
    ...row
  } = JSON.parse(data) as Ambiguity;
  const definition = findDefinitionOn(db, id);
  const found = linesById(db, ids.slice(0, LINES_SHOWN_MAX), definition?.sides);
  const lines = ids.flatMap((line) => found.get(line) ?? []);
  return {
    id: row.id,
    definition: id,
    run,
    pass,
    reason,
    currency,
    lines,
    lineCount: ids.length,
    ...(candidates === undefined ? {} : { candidates }),
    explanation: definition === undefined ? '' : sentenceOf(definition, lines),
  };

  function sentenceOf(known: Definition, shown: readonly LineView[]): string {
    const type = reason === 'surplus-twin' ? 'DUPLICATE' : 'AMBIGUOUS';
    const about = { type, reason, failed: [], countA, countB };
    return explainBreak({ ...about, lines: shown.map(explained) }, known);
  }
}
