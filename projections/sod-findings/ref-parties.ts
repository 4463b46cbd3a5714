import { type Identities } from '../../src/controls/identity.policy';
import { type PairRule } from '../../src/controls/rule-set.policy';
import { type RulesOfDay } from '../../src/controls/rule-sets/rule-book.policy';
import { type Instant } from '../../src/kernel/runtime';
import { type ProjectionDb, type ReadDb } from '../read-model';

/** From the first to the last act. */
interface Acting {
  readonly first: Instant;
  readonly last: Instant;
}

/** Who took part in what about one related object: event type -> party -> when. */
type Parties = ReadonlyMap<string, ReadonlyMap<string, Acting>>;

const PUT_PARTY = `
  INSERT OR IGNORE INTO sod_act_ref (ref, type, party, at, n) VALUES (:ref, :type, :party, :at, :n)`;

/** One step of the index for each type and party, however often it acted. */
const LIST_PARTIES = `
  WITH RECURSIVE step(type, party) AS (
    SELECT * FROM (SELECT type, party FROM sod_act_ref WHERE ref = :ref ORDER BY type, party LIMIT 1)
     UNION ALL
    SELECT coalesce(
             (SELECT type FROM sod_act_ref WHERE ref = :ref AND type = p.type AND party > p.party LIMIT 1),
             (SELECT min(type) FROM sod_act_ref WHERE ref = :ref AND type > p.type)),
           coalesce(
             (SELECT min(party) FROM sod_act_ref WHERE ref = :ref AND type = p.type AND party > p.party),
             (SELECT min(party) FROM sod_act_ref WHERE ref = :ref
                 AND type = (SELECT min(type) FROM sod_act_ref WHERE ref = :ref AND type > p.type)))
      FROM step AS p
     WHERE p.type IS NOT NULL)
  SELECT p.type, p.party,
         (SELECT min(at) FROM sod_act_ref WHERE ref = :ref AND type = p.type AND party = p.party) AS first,
         (SELECT max(at) FROM sod_act_ref WHERE ref = :ref AND type = p.type AND party = p.party) AS last
    FROM step AS p
   WHERE p.type IS NOT NULL`;

/** Related objects whose parties are kept in mind; past it all are forgotten and read again. */
const REMEMBERED_MAX = 20_000;

type Known = Map<string, Map<string, Acting>>;

/**
 * Parties of related objects by connection: a busy vendor is judged with nearly every batch. After a batch that failed
 * it may know of parties that the tables do not, which makes a unit be looked at in vain and changes nothing.
 */
const remembered = new WeakMap<ReadDb, Map<string, Known>>();

export function putParty(
  act: {
    readonly ref: string;
    readonly type: string;
    readonly party: string;
    readonly at: Instant;
    readonly n: number;
  },
  db: ProjectionDb,
): void {
  db.run(PUT_PARTY, act);
  const known = remembered.get(db)?.get(act.ref);
  if (known !== undefined) note(known, act.type, act.party, { first: act.at, last: act.at });
}

function note(known: Known, type: string, party: string, { first, last }: Acting): void {
  let parties = known.get(type);
  if (parties === undefined) known.set(type, (parties = new Map()));
  const before = parties.get(party);
  parties.set(party, {
    first: before === undefined || first < before.first ? first : before.first,
    last: before === undefined || last > before.last ? last : before.last,
  });
}

function partiesAbout(ref: string, db: ReadDb): Parties {
  let cache = remembered.get(db);
  if (cache === undefined || cache.size >= REMEMBERED_MAX) {
    cache = new Map();
    remembered.set(db, cache);
  }
  const cached = cache.get(ref);
  if (cached !== undefined) return cached;
  const known = readParties(ref, db);
  cache.set(ref, known);
  return known;
}

function readParties(ref: string, db: ReadDb): Known {
  const known: Known = new Map();
  for (const { type, party, first, last } of db.all<PartyRow>(LIST_PARTIES, { ref }))
    note(known, type, party, { first, last });
  return known;
}

interface PartyRow extends Acting {
  readonly type: string;
  readonly party: string;
}

/** Acts that a rule has to be judged on: of these types, with one of these parties. */
export interface Suspects {
  readonly types: readonly string[];
  readonly parties: readonly string[];
}

interface Asking {
  readonly identities: Identities;
  readonly db: ReadDb;
  readonly day: RulesOfDay;
}

/**
 * Who might break a pair rule about a related object: accounts on both of its sides that are one person's, or everybody
 * where somebody on either side cannot be named.
 *
 * @returns undefined when nobody might
 */
export function suspectsOf(
  rule: PairRule,
  ref: string,
  { identities, db, day }: Asking,
): Suspects | undefined {
  const parties = partiesAbout(ref, db);
  const left = sideOf(rule.left, parties, { identities, day });
  if (left.types.length === 0) return undefined;
  const right = sideOf(rule.right, parties, { identities, day });
  if (right.types.length === 0) return undefined;
  const types = [...new Set([...left.types, ...right.types])];
  const all = [...left.parties, ...right.parties];
  const isOpen = all.some(({ isKnown }) => !isKnown);
  const both = (persons: readonly string[]): boolean =>
    persons.some((person) => left.persons.has(person) && right.persons.has(person));
  const own = isOpen ? all : all.filter(({ persons }) => both(persons));
  if (own.length === 0) return undefined;
  return { types, parties: [...new Set(own.map(({ name }) => name))] };
}

/**
 * Who, by what is recorded, might break a rule together with a step: accounts of its persons, or everybody where one of
 * the two cannot be named.
 */
export function opposing(
  step: { readonly persons: readonly string[]; readonly isKnown: boolean },
  { ref, duties }: { readonly ref: string; readonly duties: readonly string[] },
  { identities, db, day }: Asking,
): Suspects {
  const { types, parties } = sideOf(duties, readParties(ref, db), { identities, day });
  const own = parties.filter(
    ({ persons, isKnown }) =>
      !step.isKnown || !isKnown || persons.some((person) => step.persons.includes(person)),
  );
  return { types, parties: [...new Set(own.map(({ name }) => name))] };
}

interface Party {
  readonly name: string;
  readonly persons: readonly string[];
  readonly isKnown: boolean;
}

interface PartySide {
  readonly types: readonly string[];
  readonly parties: readonly Party[];
  readonly persons: ReadonlySet<string>;
}

function sideOf(
  duties: readonly string[],
  parties: Parties,
  { identities, day }: Pick<Asking, 'identities' | 'day'>,
): PartySide {
  const types = [...parties.keys()].filter((type) =>
    day.duties.possibleDuties(type).some((duty) => duties.includes(duty)),
  );
  const found = types.flatMap((type) =>
    [...(parties.get(type) ?? [])].map(([name, acting]) => partyOf(name, acting, identities)),
  );
  return { types, parties: found, persons: new Set(found.flatMap(({ persons }) => persons)) };
}

const BEHIND = 'behind ';

/** The party of somebody for whom, or on whose word, another account acted. */
export const behindName = (account: string): string => `${BEHIND}${account}`;

/** Every person a party was in a time, and whether it was somebody, or knowingly nobody, throughout. */
function partyOf(name: string, { first, last }: Acting, identities: Identities): Party {
  const isBehind = name.startsWith(BEHIND);
  const periods = identities.periodsOf(isBehind ? name.slice(BEHIND.length) : name);
  const inForce = periods
    .filter(({ from = '', to }) => from <= last && (to === undefined || to > first))
    .sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
  const persons = inForce.flatMap(({ person }) =>
    person === undefined ? [] : identities.survivorOf(person),
  );
  let until: Instant | undefined = first;
  let isKnown = true;
  for (const { kind, person, from = '', to } of inForce) {
    // A gap, or two periods at once, may leave an act without a name.
    if (until === undefined || from > until || (from > first && from < until)) isKnown = false;
    if (kind === 'shared' || (kind === 'human' && person === undefined)) isKnown = false;
    // A job that nobody started is nobody; behind an act there has to be a person.
    if (kind === 'service' && isBehind) isKnown = false;
    until = to;
  }
  return { name, persons, isKnown: isKnown && (until === undefined || until > last) };
}
