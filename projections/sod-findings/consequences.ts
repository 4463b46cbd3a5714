import { type Moment } from '../../src/controls/duty-event.policy';
import { type Consequences } from '../../src/controls/standing.policy';
import { type ReadDb } from '../read-model';

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
