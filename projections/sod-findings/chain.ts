import {
  type Cancellation,
  type DutyEvent,
  type Moment,
} from '../../src/controls/duty-event.policy';
import { mayConflict } from '../../src/controls/glance.policy';
import { type Identities } from '../../src/controls/identity.policy';
import { lineageFindings } from '../../src/controls/rules/pair.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { standingActs, type Consequences } from '../../src/controls/standing.policy';
import { type ReadDb } from '../read-model';
import { byObject, factsOf, glanceAtChain, readChain } from './chain-rows';
import { knownRoots } from './lineage-rows';
import { turnsOf } from './turns';
import { type JudgedUnit, type Judging } from './unit';

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
export interface JudgedChain extends JudgedUnit {
  /** other chains whose judgement may rest on this one */
  readonly neighbours: readonly string[];
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
  for (const [object, own] of byObject(rows)) {
    const lineages = own.some(({ isShared }) => isShared) ? knownRoots(object, db) : [root];
    const facts = factsOf(own, lineages);
    events.push(...facts.events);
    cancellations.push(...facts.cancellations);
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
    neighbours: [...neighbours],
  };
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
