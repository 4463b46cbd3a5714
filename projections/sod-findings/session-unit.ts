import { merged } from '../../src/controls/rules/finding-of.policy';
import { sessionsOutOfOrder } from '../../src/controls/rules/emergency.policy';
import { type RuleContext } from '../../src/controls/rules/rule-context.policy';
import { standingActs } from '../../src/controls/standing.policy';
import { factsOf, readObjects, rowsByObject } from './chain-rows';
import { knownRoots } from './lineage-rows';
import { overTime, reviewsDue } from './turns';
import { actsIn, CLEAN_UNIT, contextOf, type JudgedUnit, type Judging, standingIn } from './unit';

const LIST_OBJECTS_IN_SESSION = `SELECT DISTINCT object FROM sod_act WHERE session = :session ORDER BY object`;

/** Judges one emergency session by its own acts: whether it is in order, and what was done outside it. */
export function judgeSession(id: string, judging: Judging): JudgedUnit {
  const { db } = judging;
  const context = contextOf(judging);
  const sessions = context.registers.sessions.filter((session) => session.id === id);
  if (sessions.length === 0) return CLEAN_UNIT;
  const objects = db.all<{ object: string }>(LIST_OBJECTS_IN_SESSION, { session: id });
  const rows = readObjects(
    objects.map(({ object }) => object),
    db,
  );
  const acts = [...rowsByObject(rows)].flatMap(([object, own]) => {
    const facts = factsOf(own, knownRoots(object, db), judging.book);
    return standingActs(facts.events, facts.cancellations, standingIn(judging));
  });
  const judge = (at: RuleContext) => {
    const registers = { ...at.registers, sessions };
    return merged(
      at.rules
        .ofType('emergency')
        .flatMap((rule) => sessionsOutOfOrder(rule, acts, { ...at, registers })),
    );
  };
  const judged = overTime(
    context,
    judge,
    reviewsDue(context, (session) => session.id === id),
  );
  return { ...judged, acts: actsIn(rows) };
}
