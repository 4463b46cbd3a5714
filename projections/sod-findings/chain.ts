import {
  type Cancellation,
  type DutyEvent,
  type Moment,
} from '../../src/controls/duty-event.policy';
import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { type Finding } from '../../src/controls/finding.policy';
import { type Identities } from '../../src/controls/identity.policy';
import { pairFindings } from '../../src/controls/pair.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { standingActs, type Consequences } from '../../src/controls/standing.policy';
import { type ReadDb } from '../read-model';
import { knownRoots } from './lineage-rows';

const LIST_ACTS = `
  SELECT n, event, type, at, object, account, on_behalf_of, initiated_by, version, refs, cancels, amount_minor,
         currency, 0 AS several
    FROM sod_act
   WHERE object = :root
  UNION ALL
  SELECT a.n, a.event, a.type, a.at, a.object, a.account, a.on_behalf_of, a.initiated_by, a.version, a.refs, a.cancels,
         a.amount_minor, a.currency, m.several
    FROM sod_lineage AS m
    JOIN sod_act AS a ON a.object = m.object
   WHERE m.root = :root AND m.object <> :root`;

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

interface ActRow {
  readonly n: bigint;
  readonly event: string;
  readonly type: string;
  readonly at: string;
  readonly object: string;
  readonly account: string;
  readonly on_behalf_of: string | null;
  readonly initiated_by: string | null;
  readonly version: bigint | null;
  readonly refs: string | null;
  readonly cancels: string | null;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly several: bigint;
}

/** One document chain, judged from all of its facts. */
export interface JudgedChain {
  readonly findings: readonly Finding[];
  /** log index of each act, by event id */
  readonly acts: ReadonlyMap<string, bigint>;
  readonly at: ReadonlyMap<string, string>;
  /** master data of acts that were withdrawn, and their object: what is done about it later may make them stand */
  readonly withdrawn: readonly { readonly ref: string; readonly object: string }[];
  /** other chains whose judgement may rest on this one */
  readonly neighbours: readonly string[];
}

/** Judges the chain of one root document. */
export function judgeChain(root: string, identities: Identities, db: ReadDb): JudgedChain {
  const rows = isRoot(root, db) ? db.all<ActRow>(LIST_ACTS, { root }) : [];
  const objects = byObject(rows);
  const events: DutyEvent[] = [];
  const cancellations: Cancellation[] = [];
  const neighbours = new Set<string>();
  const withdrawn: { ref: string; object: string }[] = [];
  for (const [object, own] of objects) {
    const lineages = own.some(({ several }) => several === 1n) ? knownRoots(object, db) : [root];
    const read = readObject(own, lineages);
    events.push(...read.events);
    cancellations.push(...read.cancellations);
    withdrawn.push(...read.withdrawnRefs.map((ref) => ({ ref, object })));
    if (read.isRevised) lineages.forEach((one) => neighbours.add(one));
  }
  neighbours.delete(root);
  const consequences = consequencesIn(db);
  const standing = { rules: DEFAULT_RULES, identities, consequences };
  const acts = standingActs(events, cancellations, standing);
  return {
    findings: pairFindings(root, acts, DEFAULT_RULES),
    acts: new Map(rows.map(({ event, n }) => [event, n])),
    at: new Map(rows.map(({ event, at }) => [event, at])),
    withdrawn,
    neighbours: [...neighbours],
  };
}

/** A document that turned out to come from another one is no chain of its own any more. */
function isRoot(object: string, db: ReadDb): boolean {
  return knownRoots(object, db).includes(object);
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

interface ReadObject {
  readonly events: readonly DutyEvent[];
  readonly cancellations: readonly Cancellation[];
  readonly withdrawnRefs: readonly string[];
  /** withdrawn in part, or of several versions: whether its acts stand depends on what was done later */
  readonly isRevised: boolean;
}

/** The events of one object; what a duty is may depend on its other events. */
function readObject(rows: readonly ActRow[], lineages: readonly string[]): ReadObject {
  const duties = DEFAULT_DUTIES.dutiesOf(rows.map(({ type }) => type));
  const events = rows.flatMap((row, i) =>
    row.cancels === null ? [dutyEvent(row, duties[i] ?? [], lineages)] : [],
  );
  const cancellations = rows.flatMap((row): Cancellation[] => {
    const target = events.find(({ id }) => id === row.cancels);
    const may = DEFAULT_DUTIES.row(row.type)?.cancels ?? [];
    if (row.cancels === null || !target?.duties.some((duty) => may.includes(duty))) return [];
    return [{ id: row.event, at: row.at, cancels: row.cancels }];
  });
  const targets = new Set(cancellations.map(({ cancels }) => cancels));
  return {
    events,
    cancellations,
    withdrawnRefs: events.filter(({ id }) => targets.has(id)).flatMap(({ refs }) => refs),
    isRevised: targets.size > 0 || events.some((e) => e.isChange || e.version !== undefined),
  };
}

function dutyEvent(row: ActRow, duties: readonly string[], lineages: readonly string[]): DutyEvent {
  const { on_behalf_of: onBehalfOf, initiated_by: initiatedBy, amount_minor: minor } = row;
  return {
    id: row.event,
    at: row.at,
    duties,
    object: row.object,
    account: row.account,
    ...(onBehalfOf === null ? {} : { onBehalfOf }),
    ...(initiatedBy === null ? {} : { initiatedBy }),
    lineages,
    refs: row.refs === null ? [] : row.refs.split(' '),
    ...(row.version === null ? {} : { version: Number(row.version) }),
    isChange: DEFAULT_DUTIES.row(row.type)?.change === true,
    isMaterial: true,
    ...(minor === null || row.currency === null
      ? {}
      : { amount: { minor, currency: row.currency } }),
  };
}

/** Looked up only for acts that were withdrawn or overtaken, which are few. */
function consequencesIn(db: ReadDb): Consequences {
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
