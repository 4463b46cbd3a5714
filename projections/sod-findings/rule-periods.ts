import { findingsJoined, periodsOf } from '../../src/controls/evaluate-by-date.policy';
import { type RuleBook } from '../../src/controls/rule-sets/rule-book.policy';
import { type JudgedUnit, type Judging, type Turn } from './unit';

/** Event types that may have a duty, by any mapping of the book. */
export function typesWith(isMeant: (duty: string) => boolean, book: RuleBook): string[] {
  const types = book.turns.flatMap((turn) => {
    const { duties } = book.ruleSetOn(turn);
    return duties.types.filter((type) => duties.possibleDuties(type).some(isMeant));
  });
  return [...new Set(types)];
}

/** The judging of a unit under each set of rules that judges anything, the earliest first. */
export function inPeriods(judging: Judging): readonly Judging[] {
  const periods = periodsOf(judging.book, ALL_TIME);
  if (periods.length === 1) return [judging];
  return periods.map((period) => ({ ...judging, day: period.day, period }));
}

const ALL_TIME = ['0001-01-01', '9999-12-31'];

/** One unit from what several sets of rules judged of it; what one set judged is that unit. */
export function joinedUnit(units: readonly JudgedUnit[]): JudgedUnit {
  const [only] = units;
  if (units.length === 1 && only !== undefined) return only;
  const acts = new Map(units.flatMap((unit) => [...unit.acts]));
  const turns = new Map<string, readonly Turn[]>();
  for (const [id, own] of units.flatMap((unit) => [...unit.turns])) {
    const all = [...(turns.get(id) ?? []), ...own];
    turns.set(
      id,
      all.sort((a, b) => (a.at < b.at ? -1 : 1)),
    );
  }
  const moments = [...acts].map(([id, { at }]) => ({ id, at }));
  return {
    findings: findingsJoined(
      units.flatMap((unit) => unit.findings),
      moments,
    ),
    acts,
    turns,
  };
}
