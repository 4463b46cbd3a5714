import { type DutyEvent } from '../../src/controls/duty-event.policy';
import { type Facts } from '../../src/controls/evaluate.policy';
import { actorsOf, type Identities } from '../../src/controls/identity.policy';
import { type DocumentLink, linkOf } from '../../src/controls/lineage.policy';
import { type RuleBook, type RulesOfDay } from '../../src/controls/rule-sets/rule-book.policy';
import { type PairRule } from '../../src/controls/rule-set.policy';
import { type RelatedObject } from '../../src/kernel/entry';
import { type Consequences, consequencesAmong } from '../../src/controls/standing.policy';
import { addMillis } from '../../src/kernel/instant';
import { type Instant } from '../../src/kernel/runtime';
import { parseStreamName } from '../../src/kernel/stream-name';
import { registersIn, ruleBookIn } from '../control-registers';
import { type ReadDb } from '../read-model';
import { identitiesIn } from './account-rows';
import { keyOf, refsOf, relatedName } from './act-refs';
import { consequencesIn } from './consequences';
import { rowsByObject, factsOf, readObjects } from './chain-rows';
import { isLinked, knownRoots, rootsWith } from './lineage-rows';
import { opposing } from './ref-parties';

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
const OBJECTS_ABOUT = `
  SELECT DISTINCT a.object
    FROM json_each(:types) AS t
    JOIN json_each(:parties) AS w
    JOIN sod_act_ref AS r
      ON r.ref = :ref AND r.type = t.value AND r.party = w.value AND r.at >= :since AND r.at <= :until
    JOIN sod_act AS a ON a.n = r.n`;

/** To a payee that the step names, or that its order was made to before. */
const LIST_ORDERS_BESIDE = `
  SELECT DISTINCT o.object
    FROM json_each(:persons) AS p
    JOIN sod_order AS o ON o.person = p.value
   WHERE o.payee IN (SELECT value FROM json_each(:payees)
                      UNION SELECT payee FROM sod_order WHERE object = :object)`;

/**
 * Everything recorded that could break a rule together with a step: its document chains, its object, and what the
 * persons who take part, or persons nobody knows, did about the same master data within the widest window.
 */
export function factsAbout(step: Step, db: ReadDb): StepFacts {
  const identities = identitiesIn(db);
  const book = ruleBookIn(db);
  const day = book.ruleSetOn(step.at.slice(0, 10));
  const { entity, objectType } = parseStreamName(step.object);
  const chains = chainsWith(step, objectType, db);
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
    lineages: chains.lineages,
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
  const objects = new Set(chains.objects);
  for (const object of objectsAbout(event, { identities, day }, db)) objects.add(object);
  objects.add(step.object);
  const registers = registersIn(db, { asOf: step.at });
  for (const object of ordersBeside(event, { identities, registers }, db)) objects.add(object);
  const { events, cancellations, acts } = recorded(
    objects,
    { book, lineagesOf: chains.lineagesOf },
    db,
  );
  return {
    facts: {
      events: [...events, event],
      cancellations,
      identities,
      registers,
      consequences: eitherOf(consequencesIn(db), consequencesAmong(events, day.rules)),
    },
    acts,
  };
}

/** What is recorded, and what is only on one chain with it once the step says so. */
function eitherOf(a: Consequences, b: Consequences): Consequences {
  return { isAny: (span) => a.isAny(span) || b.isAny(span) };
}

/** Orders of the same persons to the same payee: several may have been made of one. */
function ordersBeside(
  event: DutyEvent,
  { identities, registers }: Pick<Facts, 'identities' | 'registers'>,
  db: ReadDb,
): string[] {
  const vendors = event.refs.filter((ref) => keyOf(ref) === 'vendor');
  const payees = vendors.map((ref) => registers.payeeOf(ref.slice('vendor:'.length)));
  const { persons } = actorsOf(event, identities);
  const params = {
    object: event.object,
    persons: JSON.stringify(persons),
    payees: JSON.stringify(payees),
  };
  return db.all<{ object: string }>(LIST_ORDERS_BESIDE, params).map(({ object }) => object);
}

/** Where documents stand once the step is recorded: it may say for the first time what comes from what. */
interface StepChains {
  /** of the step's own object */
  readonly lineages: readonly string[];
  readonly objects: ReadonlySet<string>;
  lineagesOf(object: string): readonly string[];
}

function chainsWith(step: Step, objectType: string, db: ReadDb): StepChains {
  const told = linksOf(step, objectType).filter(
    ({ child, parent }) => !isLinked(child, parent, db),
  );
  const touched = [step.object, ...told.flatMap(({ child, parent }) => [child, parent])];
  const before = new Set(touched.flatMap((object) => knownRoots(object, db)));
  const lineagesOf =
    told.length === 0
      ? (object: string): readonly string[] => knownRoots(object, db)
      : rootsWith(told, db);
  const lineages = lineagesOf(step.object);
  const roots = new Set([...before, ...lineages]);
  const objects = new Set([...roots].flatMap((root) => [root, ...objectsOn(root, db)]));
  return { lineages, objects, lineagesOf };
}

/** Documents that, as the step says, come from each other. */
function linksOf(step: Step, objectType: string): DocumentLink[] {
  const own = parseStreamName(step.object);
  return step.related.flatMap((related) => {
    const other = relatedName(related, own);
    const link = other === undefined ? undefined : linkOf(step.object, objectType, related, other);
    return link === undefined ? [] : [link];
  });
}

const objectsOn = (root: string, db: ReadDb): string[] =>
  db.all<{ object: string }>(OBJECTS_ON_CHAIN, { root }).map(({ object }) => object);

function objectsAbout(
  event: DutyEvent,
  { identities, day }: { readonly identities: Identities; readonly day: RulesOfDay },
  db: ReadDb,
): Set<string> {
  const { persons, gaps } = actorsOf(event, identities);
  const own = { persons, isKnown: gaps.length === 0 };
  const objects = new Set<string>();
  for (const { rule, key, windowDays } of day.rules.relationPairs) {
    const duties = opposite(rule, event.duties);
    // A day more on either side: windows count local days.
    const since = addMillis(event.at, -(windowDays + 1) * DAY_MS);
    for (const ref of duties.length === 0 ? [] : refsOfKey(key, event)) {
      const { types, parties } = opposing(own, { ref, duties }, { identities, db, day });
      const about = { ref, types: JSON.stringify(types), parties: JSON.stringify(parties) };
      const found = db.all<{ object: string }>(OBJECTS_ABOUT, { ...about, since, until: event.at });
      for (const { object } of found) objects.add(object);
    }
  }
  return objects;
}

/** Duties on the other side of a rule. */
function opposite({ left, right }: PairRule, duties: readonly string[]): readonly string[] {
  const isOn = (side: readonly string[]): boolean => duties.some((duty) => side.includes(duty));
  return [...(isOn(left) ? right : []), ...(isOn(right) ? left : [])];
}

function refsOfKey(key: string, { entity, refs }: DutyEvent): readonly string[] {
  return key === 'entity' ? [`entity:${entity}`] : refs.filter((ref) => keyOf(ref) === key);
}

/** The acts of whole objects: what a duty is, and which version, depends on the object's other events. */
function recorded(
  objects: Iterable<string>,
  { book, lineagesOf }: { readonly book: RuleBook } & Pick<StepChains, 'lineagesOf'>,
  db: ReadDb,
): Pick<Facts, 'events' | 'cancellations'> & Pick<StepFacts, 'acts'> {
  const events: DutyEvent[] = [];
  const cancellations: Facts['cancellations'][number][] = [];
  const acts = new Map<string, RecordedAct>();
  for (const [object, rows] of rowsByObject(readObjects([...objects], db))) {
    const facts = factsOf(rows, lineagesOf(object), book);
    events.push(...facts.events);
    cancellations.push(...facts.cancellations);
    for (const { n, event, type, at, account } of rows)
      acts.set(event, { index: Number(n), type, object, at, account });
  }
  return { events, cancellations, acts };
}
