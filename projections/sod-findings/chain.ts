import { type Cancellation, type DutyEvent } from '../../src/controls/duty-event.policy';
import { mayConflict } from '../../src/controls/glance.policy';
import { lineageFindings } from '../../src/controls/rules/pair.policy';
import { standingActs } from '../../src/controls/standing.policy';
import { rowsByObject, factsOf, glanceAtChain, readChain } from './chain-rows';
import { knownRoots } from './lineage-rows';
import { overTime } from './turns';
import { actsIn, contextOf, type JudgedUnit, type Judging, standingIn } from './unit';

/** One document chain, judged from all of its facts. */
export interface JudgedChain extends JudgedUnit {
  /** other chains whose judgement may rest on this one */
  readonly neighbours: readonly string[];
}

/**
 * Most chains are clean, and most of them at a glance. One that shares objects with others is always judged in full,
 * because those may rest on it.
 */
export function isCleanAtAGlance(root: string, { identities, db, book, day }: Judging): boolean {
  const { acts, isShared } = glanceAtChain(root, db, book);
  return !isShared && !mayConflict(acts, identities, day.rules);
}

/** Judges the chain of one root document. */
export function judgeChain(root: string, judging: Judging): JudgedChain {
  const { db } = judging;
  const rows = readChain(root, db);
  const events: DutyEvent[] = [];
  const cancellations: Cancellation[] = [];
  const neighbours = new Set<string>();
  for (const [object, own] of rowsByObject(rows)) {
    const lineages = own.some(({ isShared }) => isShared) ? knownRoots(object, db) : [root];
    const facts = factsOf(own, lineages, judging.book);
    events.push(...facts.events);
    cancellations.push(...facts.cancellations);
    if (facts.isRevised) lineages.forEach((one) => neighbours.add(one));
  }
  neighbours.delete(root);
  const acts = standingActs(events, cancellations, standingIn(judging));
  const judged = overTime(contextOf(judging), (context) => lineageFindings(root, acts, context));
  return { ...judged, acts: actsIn(rows), neighbours: [...neighbours] };
}
