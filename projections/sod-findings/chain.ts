import {
  type Cancellation,
  type DutyEvent,
  type Moment,
} from '../../src/controls/duty-event.policy';
import { type Finding } from '../../src/controls/finding.policy';
import { mayConflict } from '../../src/controls/glance.policy';
import { type Identities } from '../../src/controls/identity.policy';
import { type Registers } from '../../src/controls/registers.policy';
import { lineageFindings } from '../../src/controls/rules/pair.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { standingActs, type Consequences } from '../../src/controls/standing.policy';
import { type Instant } from '../../src/kernel/runtime';
import { type ReadDb } from '../read-model';
import { factsOf, glanceAtChain, readChain, type ActRow } from './chain-rows';
import { knownRoots } from './lineage-rows';

/** Lasting acts of one chain in a span of time; ties go by event id. */
const FIND_LASTING_IN_CHAIN = `
  SELECT 1 AS found
    FROM (SELECT :root AS object UNION ALL SELECT object FROM sod_lineage WHERE root = :root) AS m
    JOIN sod_act AS a ON a.object = m.object
   WHERE a.lasting = 1 AND (a.at, a.event) > (:afterAt, :afterId) AND (a.at, a.event) <= (:untilAt, :untilId)
   LIMIT 1`;

const FIND_LASTING_ABOUT = `
  SELECT 1 AS found
    FROM sod_lasting_ref
   WHERE ref = :ref AND (at, event) > (:afterAt, :afterId) AND (at, event) <= (:untilAt, :untilId)
   LIMIT 1`;

/** One document chain, judged from all of its facts. */
export interface JudgedChain {
  readonly findings: readonly Finding[];
  /** where each act stands in the log, and when it occurred, by event id */
  readonly acts: ReadonlyMap<string, { readonly n: string; readonly at: string }>;
  /** master data of acts that were withdrawn, and their object: what is done about it later may make them stand */
  readonly withdrawn: readonly { readonly ref: string; readonly object: string }[];
  /** other chains whose judgement may rest on this one */
  readonly neighbours: readonly string[];
  /** when a mitigated finding turns into a violation unless its control is evidenced, by finding id */
  readonly turns: ReadonlyMap<string, Instant>;
}

/** What a chain is judged by. The registers are read when the first chain needs them. */
export interface Judging {
  readonly identities: Identities;
  readonly registers: () => Registers;
}

/**
 * Most chains are clean, and most of them at a glance. One that shares objects with others is always judged in full,
 * because those may rest on it.
 */
export function isCleanAtAGlance(root: string, identities: Identities, db: ReadDb): boolean {
  const { acts, isShared } = glanceAtChain(root, db);
  return !isShared && !mayConflict(acts, identities, DEFAULT_RULES);
}

/** Judges the chain of one root document. */
export function judgeChain(
  root: string,
  { identities, registers: registersOf }: Judging,
  db: ReadDb,
): JudgedChain {
  const rows = readChain(root, db);
  const events: DutyEvent[] = [];
  const cancellations: Cancellation[] = [];
  const neighbours = new Set<string>();
  const withdrawn: { ref: string; object: string }[] = [];
  for (const [object, own] of byObject(rows)) {
    const lineages = own.some(({ isShared }) => isShared) ? knownRoots(object, db) : [root];
    const facts = factsOf(own, lineages);
    events.push(...facts.events);
    cancellations.push(...facts.cancellations);
    withdrawn.push(...facts.withdrawnRefs.map((ref) => ({ ref, object })));
    if (facts.isRevised) lineages.forEach((one) => neighbours.add(one));
  }
  neighbours.delete(root);
  const registers = registersOf();
  const context = { rules: DEFAULT_RULES, identities, registers };
  const standing = { rules: DEFAULT_RULES, identities, consequences: consequencesIn(db) };
  const findings = lineageFindings(root, standingActs(events, cancellations, standing), context);
  return {
    findings,
    turns: turnsOf(findings, registers),
    acts: new Map(rows.map(({ event, n, at }) => [event, { n, at }])),
    withdrawn,
    neighbours: [...neighbours],
  };
}

/**
 * Time is no event: a control that is not yet due counts as performed, and the view lets the finding turn when its
 * instant comes.
 */
function turnsOf(findings: readonly Finding[], { exceptions }: Registers): Map<string, Instant> {
  const turns = new Map<string, Instant>();
  for (const { id, status, reasons } of findings) {
    if (status !== 'mitigated') continue;
    const dues = exceptions
      .filter((exception) => reasons.includes(exception.id))
      .filter(({ controlDueAt: due, controlEvidence }) =>
        due === undefined ? false : controlEvidence === undefined || controlEvidence.at > due,
      )
      .flatMap(({ controlDueAt }) => controlDueAt ?? [])
      .sort();
    if (dues[0] !== undefined) turns.set(id, dues[0]);
  }
  return turns;
}

function byObject(rows: readonly ActRow[]): Map<string, ActRow[]> {
  const objects = new Map<string, ActRow[]>();
  for (const row of rows) {
    const known = objects.get(row.object);
    if (known === undefined) objects.set(row.object, [row]);
    else known.push(row);
  }
  return objects;
}

/** Looked up only for acts that were withdrawn or overtaken, which are few. */
export function consequencesIn(db: ReadDb): Consequences {
  const span = (after: Moment, until: Moment) => ({
    afterAt: after.at,
    afterId: after.id,
    untilAt: until.at,
    untilId: until.id,
  });
  return {
    isAny: ({ after, until, lineages, refs }) =>
      lineages.some(
        (root) => db.get(FIND_LASTING_IN_CHAIN, { root, ...span(after, until) }) !== undefined,
      ) ||
      refs.some((ref) => db.get(FIND_LASTING_ABOUT, { ref, ...span(after, until) }) !== undefined),
  };
}
