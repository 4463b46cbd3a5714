import { canonicalBytes } from '../../kernel/canonical-json';
import { addDays, type CivilDate } from '../../kernel/civil-date';
import { sha256Hex } from '../../kernel/hash';
import { addMillis } from '../../kernel/instant';
import { type JsonObject } from '../../kernel/json';
import { type Instant } from '../../kernel/runtime';
import {
  type CompiledMapping,
  compileRows,
  DEFAULT_DUTY_MAPPING,
  type DutyMapping,
} from '../duty-mapping.policy';
import {
  type CompiledRules,
  compileRules,
  DEFAULT_RULE_SET,
  DEFAULT_RULES,
  type RuleSet,
} from '../rule-set.policy';

/** One approved version of a rule set or of a duty mapping. Local dates, both ends included. */
export interface Effective<T> {
  readonly id: string;
  readonly version: string;
  /** 64 hex: of the canonical content */
  readonly hash: string;
  readonly from: CivilDate;
  readonly to?: CivilDate;
  readonly approvedAt: Instant;
  readonly content: T;
}

/** Which version an answer rests on. */
export interface Pin {
  readonly id: string;
  readonly version: string;
  readonly hash: string;
}

/** What judges the acts of one local date. */
export interface RulesOfDay {
  readonly rules: CompiledRules;
  readonly duties: CompiledMapping;
  readonly ruleSet: Pin;
  readonly dutyMapping: Pin;
  /** false: nothing is in force on that date; the version that ended last is told, so that nothing passes for clear */
  readonly isInForce: boolean;
}

/** Every rule set and duty mapping by date. */
export interface RuleBook {
  /** @param date local date of the act; of a pair, window or quorum that of its latest act */
  ruleSetOn(date: CivilDate): RulesOfDay;
  /** first days on which another rule set or mapping judges, ascending; the first is the beginning of time */
  readonly turns: readonly CivilDate[];
}

const BEGINNING: CivilDate = '0001-01-01';
/** No clock on Earth is further ahead of UTC. */
const AHEAD_MS_MAX = 14 * 3_600_000;

/** The first local date that lies after an approval in every time zone: a rule never reaches back. */
export function firstDayAfter(approvedAt: Instant): CivilDate {
  return addDays(addMillis(approvedAt, AHEAD_MS_MAX).slice(0, 10), 1);
}

function hashOf(content: object): string {
  return sha256Hex(canonicalBytes(content as JsonObject));
}

/** What judges before anything was approved. */
const SHIPPED_SET: Effective<RuleSet> = {
  id: DEFAULT_RULE_SET.ruleset.id,
  version: DEFAULT_RULE_SET.ruleset.version,
  hash: hashOf(DEFAULT_RULE_SET),
  from: BEGINNING,
  approvedAt: '',
  content: DEFAULT_RULE_SET,
};
const SHIPPED_MAPPING: Effective<DutyMapping> = {
  id: DEFAULT_DUTY_MAPPING.id,
  version: DEFAULT_DUTY_MAPPING.version,
  hash: hashOf(DEFAULT_DUTY_MAPPING),
  from: BEGINNING,
  approvedAt: '',
  content: DEFAULT_DUTY_MAPPING,
};

/**
 * The book of a ledger. A version begins on its first day, never before the day after its approval, and ends with its
 * last day or when another one begins; of two that begin on one day the one approved later counts.
 *
 * @param sets approved versions of every rule set, in any order
 * @param mappings approved versions of every duty mapping, in any order
 */
export function ruleBookOf(
  sets: readonly Effective<RuleSet>[],
  mappings: readonly Effective<DutyMapping>[],
): RuleBook {
  const [setsByDay, mappingsByDay] = [
    inOrder(SHIPPED_SET, sets),
    inOrder(SHIPPED_MAPPING, mappings),
  ];
  const rulesOf = memo((set: Effective<RuleSet>) =>
    set === SHIPPED_SET ? DEFAULT_RULES : compileRules(set.content),
  );
  const days = memo((set: Effective<RuleSet>) =>
    memo((mapping: Effective<DutyMapping>): Omit<RulesOfDay, 'isInForce'> => {
      const rules = rulesOf(set);
      return {
        rules,
        duties: compileRows(mapping.content, rules),
        ruleSet: pinOf(set),
        dutyMapping: pinOf(mapping),
      };
    }),
  );
  // Between two turns nothing changes, and asking for the rules of each act of a chain must cost next to nothing.
  const parts = turnsOf([...setsByDay, ...mappingsByDay]).map((since) => ({
    since,
    day: once((): RulesOfDay => {
      const [set, mapping] = [latestOn(setsByDay, since), latestOn(mappingsByDay, since)];
      const isInForce = !hasEnded(set, since) && !hasEnded(mapping, since);
      return { ...days(set)(mapping), isInForce };
    }),
  }));
  const [first] = parts;
  return {
    ruleSetOn: (date) => {
      const part = parts.length === 1 ? first : parts.findLast(({ since }) => since <= date);
      return ((part ?? first) as (typeof parts)[number]).day();
    },
    turns: parts.map(({ since }) => since),
  };
}

/** The book before anything was approved. */
export const SHIPPED_BOOK: RuleBook = ruleBookOf([], []);

const pinOf = ({ id, version, hash }: Effective<unknown>): Pin => ({ id, version, hash });

function inOrder<T>(
  shipped: Effective<T>,
  versions: readonly Effective<T>[],
): readonly [Effective<T>, ...Effective<T>[]] {
  const started = versions.map((one) => ({
    ...one,
    from: later(one.from, firstDayAfter(one.approvedAt)),
  }));
  const place = ({ from, approvedAt, id }: Effective<T>): string => `${from} ${approvedAt} ${id}`;
  return [shipped, ...started.sort((a, b) => (place(a) < place(b) ? -1 : 1))];
}

const later = (a: CivilDate, b: CivilDate): CivilDate => (a > b ? a : b);

function latestOn<T>(
  versions: readonly [Effective<T>, ...Effective<T>[]],
  date: CivilDate,
): Effective<T> {
  return versions.findLast(({ from }) => from <= date) ?? versions[0];
}

const hasEnded = ({ to }: Effective<unknown>, date: CivilDate): boolean =>
  to !== undefined && date > to;

function turnsOf(versions: readonly Effective<unknown>[]): CivilDate[] {
  const ends = versions.flatMap(({ to }) => (to === undefined ? [] : [addDays(to, 1)]));
  return [...new Set([...versions.map(({ from }) => from), ...ends])].sort();
}

function memo<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known.value;
    const value = make(key);
    made.set(key, { value });
    return value;
  };
}

function once<V>(make: () => V): () => V {
  let made: { readonly value: V } | undefined;
  return () => (made ??= { value: make() }).value;
}
