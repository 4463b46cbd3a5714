import { type Finding, type ScopeKind } from '../../src/controls/finding.policy';
import { SEVERITIES } from '../../src/controls/rule-set.policy';
import { type RuleBook } from '../../src/controls/rule-sets/rule-book.policy';
import { type Instant } from '../../src/kernel/runtime';
import { type Money } from '../../src/kernel/money';
import { registersIn } from '../control-registers';
import { type ReadDb } from '../read-model';
import { identitiesIn } from './account-rows';
import { isCleanAtAGlance, judgeChain } from './chain';
import { readObjects } from './chain-rows';
import { mayBreakARule } from './object-glance';
import { judgeObject } from './object-unit';
import { judgeOrdersOf } from './order-rows';
import { judgeRelation } from './relation';
import { judgeSession } from './session-unit';
import { type JudgedUnit, type Judging, type UnitName } from './unit';

/** One finding that another rule set would add, take away or judge in another way. */
export interface SimulatedChange {
  readonly change: 'new' | 'gone' | 'changed';
  readonly rule: string;
  readonly person: string | null;
  readonly kind: ScopeKind;
  readonly scope: string;
  readonly before?: FindingFigures;
  readonly after?: FindingFigures;
}

export interface FindingFigures {
  readonly status: Finding['status'];
  readonly severity: Finding['severity'];
  readonly reasons: readonly string[];
  readonly exposure?: Money;
}

/** Where a pass over all units stands; each slice begins after the one before it. */
export interface SimulationPlace {
  readonly stage: Stage;
  readonly after: readonly [string, string];
}

export const STAGES = ['chains', 'roots', 'relations', 'objects', 'payees', 'sessions'] as const;
type Stage = (typeof STAGES)[number];

export interface SimulationSlice {
  readonly changes: readonly SimulatedChange[];
  readonly units: number;
  readonly unchanged: number;
  /** undefined: nothing is left */
  readonly next?: SimulationPlace;
}

export const SIMULATION_BEGIN: SimulationPlace = { stage: 'chains', after: ['', ''] };

/** A document that comes from nothing and from which nothing comes is a chain of its own; others are roots. */
const LIST_LONE = `
  SELECT DISTINCT a.object AS scope, '' AS person FROM sod_act AS a
   WHERE a.object > :after AND :person IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM sod_lineage WHERE object = a.object)
     AND NOT EXISTS (SELECT 1 FROM sod_lineage WHERE root = a.object)
   ORDER BY a.object LIMIT :limit`;
const LIST_ROOTS = `
  SELECT DISTINCT root AS scope, '' AS person FROM sod_lineage
   WHERE root > :after AND :person IS NOT NULL ORDER BY root LIMIT :limit`;
const LIST_RELATIONS = `
  SELECT DISTINCT ref AS scope, '' AS person FROM sod_act_ref
   WHERE ref > :after AND :person IS NOT NULL ORDER BY ref LIMIT :limit`;
const LIST_OBJECTS = `
  SELECT DISTINCT object AS scope, '' AS person FROM sod_act
   WHERE object > :after AND :person IS NOT NULL ORDER BY object LIMIT :limit`;
const LIST_PAYEES = `
  SELECT DISTINCT payee AS scope, person FROM sod_order
   WHERE (person, payee) > (:person, :after) ORDER BY person, payee LIMIT :limit`;
const LIST_SESSIONS = `
  SELECT DISTINCT id AS scope, '' AS person FROM control_entry
   WHERE type = 'emergency-session' AND id > :after AND :person IS NOT NULL ORDER BY id LIMIT :limit`;

const LISTS: Readonly<Record<Stage, string>> = {
  chains: LIST_LONE,
  roots: LIST_ROOTS,
  relations: LIST_RELATIONS,
  objects: LIST_OBJECTS,
  payees: LIST_PAYEES,
  sessions: LIST_SESSIONS,
};
const KINDS: Readonly<Record<Stage, ScopeKind>> = {
  chains: 'lineage',
  roots: 'lineage',
  relations: 'relation',
  objects: 'object',
  payees: 'payee',
  sessions: 'session',
};

/** The instant at which nothing is due yet, as findings are kept. */
const NOTHING_DUE = '0001-01-01T00:00:00.000Z';

/**
 * Judges the next units by other rules and tells how that differs from the findings as they stand. Nothing is written;
 * the memory it needs is that of one unit and of what differs.
 *
 * @param book the other rules, on every date
 * @param since only findings whose latest act is not before it
 */
export function simulateSlice(
  db: ReadDb,
  asked: { readonly book: RuleBook; readonly since: Instant; readonly units: number },
  { stage, after }: SimulationPlace,
): SimulationSlice {
  const judging = judgingBy(asked.book, db);
  const named = db.all<{ scope: string; person: string }>(LISTS[stage], {
    ...{ after: after[0], person: after[1], limit: asked.units },
  });
  let unchanged = 0;
  const changes: SimulatedChange[] = [];
  for (const { scope, person } of named) {
    const name = { kind: KINDS[stage], scope, ...(person === '' ? {} : { person }) };
    const before = storedFigures(name, asked.since, db);
    const after = judgedFigures(judgeUnit(name, judging, before.size > 0), asked.since);
    unchanged += compare(name.kind, { before, after }, changes);
  }
  const last = named.at(-1);
  const told = { changes, units: named.length, unchanged };
  if (named.length === asked.units && last !== undefined)
    return { ...told, next: { stage, after: [last.scope, last.person] } };
  const following = STAGES[STAGES.indexOf(stage) + 1];
  return following === undefined ? told : { ...told, next: { stage: following, after: ['', ''] } };
}

/** A copy of the connection's name: what is remembered about it must not outlive this slice. */
function judgingBy(book: RuleBook, { all, get }: ReadDb): Judging {
  const db: ReadDb = {
    all: (sql, params) => all(sql, params),
    get: (sql, params) => get(sql, params),
  };
  const context = { asOf: NOTHING_DUE, timeZoneOf: () => 'UTC' };
  let registers: ReturnType<typeof registersIn> | undefined;
  return {
    db,
    book,
    day: book.ruleSetOn(book.turns[0] ?? ''),
    identities: identitiesIn(db),
    registers: () => (registers ??= registersIn(db, context)),
  };
}

function judgeUnit(
  { kind, scope, person = '' }: UnitName,
  judging: Judging,
  hasFindings: boolean,
): JudgedUnit | undefined {
  if (kind === 'lineage')
    return !hasFindings && isCleanAtAGlance(scope, judging)
      ? undefined
      : judgeChain(scope, judging);
  if (kind === 'relation') return judgeRelation(scope, judging);
  if (kind === 'payee') return judgeOrdersOf({ person, payee: scope }, judging);
  if (kind === 'session') return judgeSession(scope, judging);
  const rows = readObjects([scope], judging.db);
  return hasFindings || mayBreakARule(rows, judging)
    ? judgeObject(scope, rows, judging)
    : undefined;
}

type Figures = ReadonlyMap<string, FindingFigures & Pick<Finding, 'rule' | 'person' | 'scope'>>;

const LIST_STORED = `
  SELECT id, rule, person, scope, status, severity, reasons, amount_minor, currency
    FROM sod_finding
   WHERE scope = :scope AND kind = :kind AND (:person IS NULL OR person = :person) AND last_at >= :since
     AND status <> 'clear'`;

interface StoredRow {
  readonly id: string;
  readonly rule: string;
  readonly person: string | null;
  readonly scope: string;
  readonly status: Finding['status'];
  readonly severity: bigint;
  readonly reasons: string;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
}

function storedFigures({ kind, scope, person }: UnitName, since: Instant, db: ReadDb): Figures {
  const rows = db.all<StoredRow>(LIST_STORED, { kind, scope, person: person ?? null, since });
  return new Map(
    rows.map((row) => {
      const { amount_minor: minor, currency } = row;
      const exposure = minor === null || currency === null ? {} : { exposure: { minor, currency } };
      return [
        row.id,
        {
          ...{ rule: row.rule, person: row.person, scope: row.scope, status: row.status },
          severity: SEVERITIES[Number(row.severity)] ?? 'low',
          reasons: JSON.parse(row.reasons) as string[],
          ...exposure,
        },
      ];
    }),
  );
}

function judgedFigures(unit: JudgedUnit | undefined, since: Instant): Figures {
  const found = (unit?.findings ?? []).filter(({ status, proofs }) => {
    const last = proofs.at(-1);
    const at = last === undefined ? undefined : unit?.acts.get(last.event)?.at;
    return status !== 'clear' && (at ?? '') >= since;
  });
  return new Map(
    found.map(({ id, rule, person, scope, status, severity, reasons, exposure }) => [
      id,
      {
        ...{ rule, person, scope, status, severity, reasons },
        ...(exposure === undefined ? {} : { exposure }),
      },
    ]),
  );
}

/** @returns how many findings are the same */
function compare(
  kind: ScopeKind,
  { before, after }: { readonly before: Figures; readonly after: Figures },
  changes: SimulatedChange[],
): number {
  let unchanged = 0;
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(id), after.get(id)];
    const about = is ?? was;
    if (about === undefined) continue;
    if (was !== undefined && is !== undefined && isSame(was, is)) {
      unchanged += 1;
      continue;
    }
    const change = was === undefined ? 'new' : is === undefined ? 'gone' : 'changed';
    const { rule, person, scope } = about;
    changes.push({
      ...{ change, rule, person, kind, scope },
      ...(was === undefined ? {} : { before: figuresOf(was) }),
      ...(is === undefined ? {} : { after: figuresOf(is) }),
    });
  }
  return unchanged;
}

const figuresOf = ({ status, severity, reasons, exposure }: FindingFigures): FindingFigures => ({
  ...{ status, severity, reasons },
  ...(exposure === undefined ? {} : { exposure }),
});

const isSame = (a: FindingFigures, b: FindingFigures): boolean =>
  a.status === b.status &&
  a.severity === b.severity &&
  a.reasons.join('\n') === b.reasons.join('\n');
