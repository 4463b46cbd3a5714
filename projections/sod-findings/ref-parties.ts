import { type AccountPeriod, type Identities } from '../../src/controls/identity.policy';
import { type PairRule } from '../../src/controls/rule-set.policy';
import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { type Instant } from '../../src/kernel/runtime';
import { type ProjectionDb, type ReadDb } from '../read-model';

/** From the first to the last act. */
interface Acting {
  readonly first: Instant;
  readonly last: Instant;
}

/** Who took part in what about one related object: event type -> account -> when. */
type Parties = ReadonlyMap<string, ReadonlyMap<string, Acting>>;

const PUT_PARTY = `
  INSERT OR IGNORE INTO sod_act_ref (ref, type, account, at, n) VALUES (:ref, :type, :account, :at, :n)`;

/** One step of the index for each type and account, however often an account acted. */
const LIST_PARTIES = `
  WITH RECURSIVE party(type, account) AS (
    SELECT * FROM (SELECT type, account FROM sod_act_ref WHERE ref = :ref ORDER BY type, account LIMIT 1)
     UNION ALL
    SELECT coalesce(
             (SELECT type FROM sod_act_ref WHERE ref = :ref AND type = p.type AND account > p.account LIMIT 1),
             (SELECT min(type) FROM sod_act_ref WHERE ref = :ref AND type > p.type)),
           coalesce(
             (SELECT min(account) FROM sod_act_ref WHERE ref = :ref AND type = p.type AND account > p.account),
             (SELECT min(account) FROM sod_act_ref WHERE ref = :ref
                 AND type = (SELECT min(type) FROM sod_act_ref WHERE ref = :ref AND type > p.type)))
      FROM party AS p
     WHERE p.type IS NOT NULL)
  SELECT p.type, p.account,
         (SELECT min(at) FROM sod_act_ref WHERE ref = :ref AND type = p.type AND account = p.account) AS first,
         (SELECT max(at) FROM sod_act_ref WHERE ref = :ref AND type = p.type AND account = p.account) AS last
    FROM party AS p
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
    readonly account: string;
    readonly at: Instant;
    readonly n: number;
  },
  db: ProjectionDb,
): void {
  db.run(PUT_PARTY, act);
  const known = remembered.get(db)?.get(act.ref);
  if (known !== undefined) note(known, act.type, act.account, { first: act.at, last: act.at });
}

function note(known: Known, type: string, account: string, { first, last }: Acting): void {
  let accounts = known.get(type);
  if (accounts === undefined) known.set(type, (accounts = new Map()));
  const before = accounts.get(account);
  accounts.set(account, {
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
  for (const { type, account, first, last } of db.all<PartyRow>(LIST_PARTIES, { ref }))
    note(known, type, account, { first, last });
  return known;
}

interface PartyRow extends Acting {
  readonly type: string;
  readonly account: string;
}

/** Acts that a rule has to be judged on: of these types, with one of these accounts. */
export interface Suspects {
  readonly types: readonly string[];
  readonly accounts: readonly string[];
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
  { identities, db }: { readonly identities: Identities; readonly db: ReadDb },
): Suspects | undefined {
  const parties = partiesAbout(ref, db);
  const left = sideOf(rule.left, parties, identities);
  if (left.types.length === 0) return undefined;
  const right = sideOf(rule.right, parties, identities);
  if (right.types.length === 0) return undefined;
  const types = [...new Set([...left.types, ...right.types])];
  const all = [...left.accounts, ...right.accounts];
  const isOpen = all.some(({ isKnown }) => !isKnown);
  const both = (persons: readonly string[]): boolean =>
    persons.some((person) => left.persons.has(person) && right.persons.has(person));
  const own = isOpen ? all : all.filter(({ persons }) => both(persons));
  if (own.length === 0) return undefined;
  return { types, accounts: [...new Set(own.map(({ account }) => account))] };
}

/**
 * Who, by what is recorded, might break a rule together with a step: accounts of its persons, or everybody where one of
 * the two cannot be named.
 */
export function opposing(
  step: { readonly persons: readonly string[]; readonly isKnown: boolean },
  { ref, duties }: { readonly ref: string; readonly duties: readonly string[] },
  { identities, db }: { readonly identities: Identities; readonly db: ReadDb },
): Suspects {
  const { types, accounts } = sideOf(duties, readParties(ref, db), identities);
  const own = accounts.filter(
    ({ persons, isKnown }) =>
      !step.isKnown || !isKnown || persons.some((person) => step.persons.includes(person)),
  );
  return { types, accounts: [...new Set(own.map(({ account }) => account))] };
}

interface Party {
  readonly account: string;
  readonly persons: readonly string[];
  readonly isKnown: boolean;
}

interface PartySide {
  readonly types: readonly string[];
  readonly accounts: readonly Party[];
  readonly persons: ReadonlySet<string>;
}

function sideOf(duties: readonly string[], parties: Parties, identities: Identities): PartySide {
  const types = [...parties.keys()].filter((type) =>
    DEFAULT_DUTIES.possibleDuties(type).some((duty) => duties.includes(duty)),
  );
  const accounts = types.flatMap((type) =>
    [...(parties.get(type) ?? [])].map(([account, acting]) => ({
      account,
      ...behind(identities.periodsOf(account), acting, identities),
    })),
  );
  return { types, accounts, persons: new Set(accounts.flatMap(({ persons }) => persons)) };
}

/** Every person an account was in a time, and whether it was somebody, or knowingly nobody, throughout. */
function behind(
  periods: readonly AccountPeriod[],
  { first, last }: Acting,
  { survivorOf }: Identities,
): Omit<Party, 'account'> {
  const inForce = periods
    .filter(({ from = '', to }) => from <= last && (to === undefined || to > first))
    .sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
  const persons = inForce.flatMap(({ person }) => (person === undefined ? [] : survivorOf(person)));
  let until: Instant | undefined = first;
  let isKnown = true;
  for (const { kind, person, from = '', to } of inForce) {
    // A gap, or two periods at once, may leave an act without a name.
    if (until === undefined || from > until || (from > first && from < until)) isKnown = false;
    if (kind === 'shared' || (kind === 'human' && person === undefined)) isKnown = false;
    until = to;
  }
  return { persons, isKnown: isKnown && (until === undefined || until > last) };
}
