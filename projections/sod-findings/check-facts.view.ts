import { type DutyEvent } from '../../src/controls/duty-event.policy';
import { type Facts } from '../../src/controls/evaluate.policy';
import { actorsOf, type Identities } from '../../src/controls/identity.policy';
import { linkOf } from '../../src/controls/lineage.policy';
import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { type RelatedObject } from '../../src/kernel/entry';
import { addMillis } from '../../src/kernel/instant';
import { type Instant } from '../../src/kernel/runtime';
import { parseStreamName, streamName } from '../../src/kernel/stream-name';
import { registersIn } from '../control-registers';
import { type ReadDb } from '../read-model';
import { accountsOf, identitiesIn } from './account-rows';
import { refsOf } from './act-rows';
import { consequencesIn } from './chain';
import { factsOf, readActsOf } from './chain-rows';
import { knownRoots } from './lineage-rows';

const DAY_MS = 86_400_000;

/** A step that is about to happen. */
export interface Step {
  readonly id: string;
  readonly at: Instant;
  /** at least one */
  readonly duties: readonly string[];
  /** makes the next version of its object */
  readonly isChange: boolean;
  readonly object: string;
  readonly account: string;
  readonly onBehalfOf?: string;
  readonly initiatedBy?: string;
  readonly version?: number;
  readonly amount?: DutyEvent['amount'];
  readonly related: readonly RelatedObject[];
  readonly autoApprovalPolicy?: string;
  readonly emergencySession?: string;
}

/** Where a recorded act stands. */
export interface RecordedAct {
  /** log index */
  readonly index: number;
  readonly type: string;
  readonly object: string;
  readonly at: Instant;
  readonly account: string;
}

export interface StepFacts {
  readonly facts: Facts;
  /** recorded acts by event id */
  readonly acts: ReadonlyMap<string, RecordedAct>;
}

const OBJECTS_ON_CHAIN = `SELECT object FROM sod_lineage WHERE root = :root`;
const ACCOUNTS_ABOUT = `
  WITH RECURSIVE account(id) AS (
    SELECT min(account) FROM sod_act_ref WHERE ref = :ref
     UNION ALL
    SELECT (SELECT min(account) FROM sod_act_ref WHERE ref = :ref AND account > id) FROM account
     WHERE id IS NOT NULL)
  SELECT id FROM account WHERE id IS NOT NULL`;
const OBJECTS_ABOUT = `
  SELECT DISTINCT a.object
    FROM sod_act_ref AS r JOIN sod_act AS a ON a.n = r.n
   WHERE r.ref = :ref AND r.account = :account AND r.at >= :since AND r.at <= :until`;
const OBJECTS_IN_ENTITY = `
  SELECT DISTINCT object FROM sod_act
   WHERE account = :account AND at >= :since AND at <= :until AND type IN (SELECT value FROM json_each(:types))`;

/**
 * Everything recorded that could break a rule together with a step: its document chains, its object, and what the
 * persons who take part, or persons nobody knows, did about the same master data within the widest window.
 */
export function factsAbout(
  step: Step,
  db: ReadDb,
  timeZoneOf: (entity: string) => string,
): StepFacts {
  const identities = identitiesIn(db);
  const { entity, objectType } = parseStreamName(step.object);
  const lineages = lineagesOf(step, objectType, db);
  const refs = refsOf(step.object, { related: step.related });
  const event: DutyEvent = {
    id: step.id,
    at: step.at,
    duties: step.duties,
    object: step.object,
    entity,
    account: step.account,
    ...(step.onBehalfOf === undefined ? {} : { onBehalfOf: step.onBehalfOf }),
    ...(step.initiatedBy === undefined ? {} : { initiatedBy: step.initiatedBy }),
    lineages,
    refs,
    ...(step.version === undefined ? {} : { version: step.version }),
    isChange: step.isChange,
    isMaterial: true,
    ...(step.amount === undefined ? {} : { amount: step.amount }),
    ...(step.autoApprovalPolicy === undefined
      ? {}
      : { autoApprovalPolicy: step.autoApprovalPolicy }),
    ...(step.emergencySession === undefined ? {} : { emergencySession: step.emergencySession }),
  };
  const objects = new Set(lineages.flatMap((root) => [root, ...objectsOn(root, db)]));
  for (const object of objectsAbout(event, identities, db)) objects.add(object);
  objects.add(step.object);
  const { events, cancellations, acts } = recorded(objects, db);
  return {
    facts: {
      events: [...events, event],
      cancellations,
      identities,
      registers: registersIn(db, { asOf: step.at, timeZoneOf }),
      consequences: consequencesIn(db),
    },
    acts,
  };
}

/** Chains of the object as recorded, and those of the documents the step says it comes from. */
function lineagesOf(step: Step, objectType: string, db: ReadDb): readonly string[] {
  const { entity } = parseStreamName(step.object);
  const parents = step.related.flatMap((related) => {
    const other = streamName(related.type, related.entity ?? entity, related.id);
    const link = linkOf(step.object, objectType, related, other);
    return link?.child === step.object ? [link.parent] : [];
  });
  const known = knownRoots(step.object, db).filter((root) => root !== step.object);
  const roots = new Set([...known, ...parents.flatMap((parent) => knownRoots(parent, db))]);
  return roots.size === 0 ? [step.object] : [...roots].sort();
}

const objectsOn = (root: string, db: ReadDb): string[] =>
  db.all<{ object: string }>(OBJECTS_ON_CHAIN, { root }).map(({ object }) => object);

function objectsAbout(event: DutyEvent, identities: Identities, db: ReadDb): Set<string> {
  const days = Math.max(0, ...DEFAULT_RULES.relationPairs.map(({ windowDays }) => windowDays));
  // A day more on either side: windows count local days.
  const since = addMillis(event.at, -(days + 1) * DAY_MS);
  const span = { since, until: event.at };
  const own = accountsOf(actorsOf(event, identities).persons, db);
  const objects = new Set<string>();
  const add = (sql: string, params: Readonly<Record<string, string>>): void => {
    for (const { object } of db.all<{ object: string }>(sql, params)) objects.add(object);
  };
  for (const ref of event.refs) {
    for (const account of suspects(ref, own, { event, identities }, db))
      add(OBJECTS_ABOUT, { ref, account, ...span });
  }
  const types = JSON.stringify(oppositeTypes(event.duties));
  for (const account of own) add(OBJECTS_IN_ENTITY, { account, types, ...span });
  return objects;
}

/** Accounts about the object that are the same persons', or whose person nobody knows. */
function suspects(
  ref: string,
  own: readonly string[],
  { event, identities }: { readonly event: DutyEvent; readonly identities: Identities },
  db: ReadDb,
): string[] {
  const mine = new Set(own);
  return db
    .all<{ id: string }>(ACCOUNTS_ABOUT, { ref })
    .map(({ id }) => id)
    .filter((account) => {
      if (mine.has(account)) return true;
      return actorsOf({ at: event.at, account }, identities).gaps.length > 0;
    });
}

/** Event types that may stand on the other side of a rule about the legal entity itself. */
function oppositeTypes(duties: readonly string[]): readonly string[] {
  const opposite = new Set(
    DEFAULT_RULES.relationPairs
      .filter(({ key }) => key === 'entity')
      .flatMap(({ rule }) => [
        ...(duties.some((duty) => rule.left.includes(duty)) ? rule.right : []),
        ...(duties.some((duty) => rule.right.includes(duty)) ? rule.left : []),
      ]),
  );
  return DEFAULT_DUTIES.types.filter((type) =>
    DEFAULT_DUTIES.possibleDuties(type).some((duty) => opposite.has(duty)),
  );
}

/** The acts of whole objects: what a duty is, and which version, depends on the object's other events. */
function recorded(
  objects: Iterable<string>,
  db: ReadDb,
): Pick<Facts, 'events' | 'cancellations'> & Pick<StepFacts, 'acts'> {
  const events: DutyEvent[] = [];
  const cancellations: Facts['cancellations'][number][] = [];
  const acts = new Map<string, RecordedAct>();
  for (const object of objects) {
    const rows = readActsOf(object, db);
    if (rows.length === 0) continue;
    const facts = factsOf(rows, knownRoots(object, db));
    events.push(...facts.events);
    cancellations.push(...facts.cancellations);
    for (const { n, event, type, at, account } of rows)
      acts.set(event, { index: Number(n), type, object, at, account });
  }
  return { events, cancellations, acts };
}
