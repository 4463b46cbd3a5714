import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ruleBookIn } from '../../../projections/control-registers';
import { type ReadModel } from '../../../projections/read-model';
import {
  keysOfTypesOn,
  SIMULATION_BEGIN,
  type SimulatedChange,
  type SimulationPlace,
  simulateSlice,
} from '../../../projections/sod-findings';
import { READ_MODEL } from '../../http';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { moneyJson } from '../../kernel/money';
import { type Instant } from '../../kernel/runtime';
import { type AttributionRule } from '../rule-set.policy';
import { type RuleBook, type RulesOfDay } from './rule-book.policy';

/** Units judged before the service does other work. */
const UNITS_AT_A_TIME = 200;
/** Changes that are told one by one; all of them are counted. */
const CHANGES_MAX = 1_000;

interface RuleCounts {
  new: number;
  gone: number;
  changed: number;
  readonly amounts: Map<string, { new: bigint; gone: bigint; changed: bigint }>;
}

/** What findings would be added and taken away if other rules judged what is recorded. */
@Injectable()
export class Simulations {
  private isRunning = false;

  constructor(@Inject(READ_MODEL) private readonly readModel: ReadModel) {}

  /**
   * Judges everything recorded by the rules of `day`, as if they had been in force, and tells the difference to the
   * findings as they stand. The ledger goes on meanwhile; units are read one after the other.
   *
   * @param since only findings whose latest act is not before it
   * @throws TieoutError `in-progress` while another simulation runs
   */
  async run(day: RulesOfDay, since: Instant): Promise<JsonObject> {
    if (this.isRunning)
      throw new TieoutError('in-progress', 'Another simulation runs. Ask again when it has ended.');
    this.isRunning = true;
    try {
      return await this.simulate(day, since);
    } finally {
      this.isRunning = false;
    }
  }

  private async simulate(day: RulesOfDay, since: Instant): Promise<JsonObject> {
    const always: RuleBook = { ruleSetOn: () => day, turns: [BEGINNING] };
    const asked = { book: always, since, units: UNITS_AT_A_TIME };
    const tally = new Tally();
    const { position, current } = this.readModel.query((db) => ({
      position: db.position,
      current: ruleBookIn(db),
    }));
    let place: SimulationPlace | undefined = SIMULATION_BEGIN;
    while (place !== undefined) {
      const at: SimulationPlace = place;
      const slice = this.readModel.query((db) => simulateSlice(db, asked, at));
      tally.add(slice.changes, slice);
      place = slice.next;
      await setImmediate();
    }
    return {
      ...(position === undefined ? {} : { asOfPosition: position }),
      since,
      ...tally.told(),
      notCovered: notCovered(day, current),
    };
  }
}

const BEGINNING = '0001-01-01';

/**
 * Rules that the simulation could not judge in full: what they need was not kept, since nothing in force asks for it. They
 * judge from their first day on.
 */
function notCovered(day: RulesOfDay, current: RuleBook): string[] {
  const known = current.turns.map((turn) => keysOfTypesOn(current.ruleSetOn(turn)));
  const isKept = (type: string, key: string): boolean =>
    known.some((keys) => keys.get(type)?.has(key) === true);
  const relations = day.rules.relationPairs.filter(({ rule, key }) =>
    day.duties.types
      .filter((type) => {
        const duties = day.duties.possibleDuties(type);
        return duties.some((duty) => rule.left.includes(duty) || rule.right.includes(duty));
      })
      .some((type) => !isKept(type, key)),
  );
  // Acts behind which nobody stands are kept by the rules in force.
  const attribution = day.rules.ofType('attribution');
  const inForce = current.ruleSetOn(current.turns.at(-1) ?? BEGINNING).rules.ofType('attribution');
  const isOther = JSON.stringify(attribution.map(told)) !== JSON.stringify(inForce.map(told));
  const unattributed = isOther ? attribution.map(({ id }) => id) : [];
  const types = new Set(known.flatMap((keys) => [...keys.keys()]));
  const unread = day.duties.types.filter((type) => !types.has(type));
  return [...new Set([...relations.map(({ rule }) => rule.id), ...unread, ...unattributed])].sort();
}

const told = ({ id, severity, config }: AttributionRule): unknown[] => [
  ...[id, severity, config.accountKinds, config.categories ?? []],
];

class Tally {
  private readonly byRule = new Map<string, RuleCounts>();
  private readonly items: SimulatedChange[] = [];
  private count = 0;
  private unchanged = 0;
  private units = 0;

  add(
    changes: readonly SimulatedChange[],
    { units, unchanged }: { readonly units: number; readonly unchanged: number },
  ): void {
    this.units += units;
    this.unchanged += unchanged;
    this.count += changes.length;
    this.items.push(...changes.slice(0, Math.max(0, CHANGES_MAX - this.items.length)));
    for (const change of changes) this.note(change);
  }

  private note({ change, rule, before, after }: SimulatedChange): void {
    const counts = this.byRule.get(rule) ?? { new: 0, gone: 0, changed: 0, amounts: new Map() };
    this.byRule.set(rule, counts);
    counts[change] += 1;
    const exposure = (after ?? before)?.exposure;
    if (exposure === undefined) return;
    const { minor, currency } = exposure;
    const sums = counts.amounts.get(currency) ?? { new: 0n, gone: 0n, changed: 0n };
    counts.amounts.set(currency, { ...sums, [change]: sums[change] + minor });
  }

  told(): JsonObject {
    const sum = (of: 'new' | 'gone' | 'changed'): number =>
      [...this.byRule.values()].reduce((total, counts) => total + counts[of], 0);
    return {
      units: this.units,
      totals: {
        ...{ new: sum('new'), gone: sum('gone'), changed: sum('changed') },
        unchanged: this.unchanged,
      },
      rules: [...this.byRule].sort(([a], [b]) => (a < b ? -1 : 1)).map(ruleJson),
      changes: this.items.map(changeJson),
      hasMore: this.count > this.items.length,
    };
  }
}

function ruleJson([rule, { amounts, ...counts }]: [string, RuleCounts]): JsonObject {
  const told = [...amounts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, sums]) => ({
      currency,
      new: moneyJson({ minor: sums.new, currency }).amount,
      gone: moneyJson({ minor: sums.gone, currency }).amount,
      changed: moneyJson({ minor: sums.changed, currency }).amount,
    }));
  return { rule, ...counts, amounts: told };
}

function changeJson({ before, after, ...about }: SimulatedChange): JsonObject {
  const figures = (one: NonNullable<typeof before>): JsonObject => ({
    ...{ status: one.status, severity: one.severity, reasons: one.reasons },
    ...(one.exposure === undefined ? {} : { exposure: { ...moneyJson(one.exposure) } }),
  });
  return {
    ...about,
    ...(before === undefined ? {} : { before: figures(before) }),
    ...(after === undefined ? {} : { after: figures(after) }),
  };
}
