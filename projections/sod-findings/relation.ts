import { compareMoments } from '../../src/controls/duty-event.policy';
import { type ReadDb } from '../read-model';
import { relationFindings } from '../../src/controls/rules/pair.policy';
import { type RelationPair } from '../../src/controls/rule-set.policy';
import { standingActs, type Act } from '../../src/controls/standing.policy';
import { keyOf } from './act-refs';
import { rowsByObject, factsOf, readObjects, type ActRow } from './chain-rows';
import { knownRoots } from './lineage-rows';
import { suspectsOf, type Suspects } from './ref-parties';
import { overTime } from './turns';
import { actsIn, CLEAN_UNIT, contextOf, type JudgedUnit, type Judging, standingIn } from './unit';

const LIST_OBJECTS_ABOUT = `
  SELECT DISTINCT a.object
    FROM sod_act_ref AS r
    JOIN sod_act AS a ON a.n = r.n
   WHERE r.ref = :ref AND r.type IN (SELECT value FROM json_each(:types))
     AND r.party IN (SELECT value FROM json_each(:parties))
   ORDER BY a.object`;

/**
 * Judges what was done about one related object, such as a vendor, by every rule of its key. Only acts of those are read
 * who might break a rule: about most vendors nobody did anything on two sides.
 */
export function judgeRelation(ref: string, judging: Judging): JudgedUnit {
  const { db, day } = judging;
  const key = keyOf(ref);
  const suspected = day.rules.relationPairs
    .filter((pair) => pair.key === key)
    .flatMap((pair) => {
      const suspects = suspectsOf(pair.rule, ref, judging);
      return suspects === undefined ? [] : [{ pair, suspects }];
    });
  if (suspected.length === 0) return CLEAN_UNIT;
  const rows = suspectRows(ref, suspected, db);
  const acts = actsAbout(ref, rows, judging);
  const judged = overTime(contextOf(judging), (context) =>
    suspected.flatMap(({ pair }) => relationFindings(pair, ref, acts, context)),
  );
  return { ...judged, acts: actsIn(rows) };
}

function suspectRows(
  ref: string,
  suspected: readonly { readonly pair: RelationPair; readonly suspects: Suspects }[],
  db: ReadDb,
): ActRow[] {
  const objects = suspected.flatMap(({ suspects: { types, parties } }) =>
    db
      .all<{ object: string }>(LIST_OBJECTS_ABOUT, {
        ref,
        types: JSON.stringify(types),
        parties: JSON.stringify(parties),
      })
      .map(({ object }) => object),
  );
  return readObjects([...new Set(objects)], db);
}

/** The acts about it that stand, in order of occurrence. What stands is told by all acts of each object. */
function actsAbout(ref: string, rows: readonly ActRow[], judging: Judging): Act[] {
  const isEntity = keyOf(ref) === 'entity';
  const entity = ref.slice('entity:'.length);
  const standing = standingIn(judging);
  const acts = [...rowsByObject(rows)].flatMap(([object, own]) => {
    const isWithdrawn = own.some(({ cancels }) => cancels !== '');
    const facts = factsOf(
      own,
      isWithdrawn ? knownRoots(object, judging.db) : [object],
      judging.book,
    );
    return standingActs(facts.events, facts.cancellations, standing);
  });
  return acts
    .filter(({ event }) => (isEntity ? event.entity === entity : event.refs.includes(ref)))
    .sort((a, b) => compareMoments(a.event, b.event));
}
