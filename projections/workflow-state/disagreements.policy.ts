import { type WorkflowDefinition } from '../../src/ingestion/workflow-definitions.policy';
import { type MoneyJson } from '../../src/kernel/money';
import { type ObjectFold, type Side } from './object-state.policy';

/**
 * What two systems do not agree on. `state`: one system's last word cannot lead to the state the object is in. `behind`:
 * it can, but that system has not said so yet. `amount`, `version`: they give different ones.
 */
export const DISAGREEMENTS = ['state', 'amount', 'version', 'behind'] as const;
export type DisagreementKind = (typeof DISAGREEMENTS)[number];

export interface Disagreement {
  readonly on: DisagreementKind;
  /** each system's word, by short name, in order of names */
  readonly systems: Readonly<Record<string, string | MoneyJson>>;
  readonly sentence: string;
}

/** Where systems differ about one object; empty when they agree or only one has spoken. */
export function disagreementsOf(
  fold: ObjectFold,
  definition: WorkflowDefinition | undefined,
): Disagreement[] {
  const spoken = Object.entries(fold.sides);
  if (spoken.length < 2) return [];
  const sides = spoken.sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...stateDifferences(sides, fold.workflow.state, definition),
    ...amountDifferences(sides),
    ...versionDifferences(sides),
  ];
}

type Sides = readonly (readonly [system: string, side: Side])[];

function stateDifferences(
  sides: Sides,
  state: string,
  definition: WorkflowDefinition | undefined,
): Disagreement[] {
  const differing = sides.filter(([, side]) => side.state !== state);
  return differing.map(([system, side]) => {
    const isBehind = definition !== undefined && mayBecome(definition, side.state, state);
    const on = isBehind ? 'behind' : 'state';
    const sentence = isBehind
      ? `${system} still says ${side.state}; the object is ${state}.`
      : `${system} says ${side.state}, from where ${state} is not reached.`;
    return { on, systems: statesOf(sides), sentence };
  });
}

function statesOf(sides: Sides): Record<string, string> {
  return Object.fromEntries(sides.map(([system, side]) => [system, side.state]));
}

/** Amounts in one currency only: what a rate makes of the others is not for this comparison. */
function amountDifferences(sides: Sides): Disagreement[] {
  const byCurrency = new Map<string, [string, MoneyJson][]>();
  for (const [system, { amount }] of sides) {
    if (amount === undefined) continue;
    byCurrency.set(amount.currency, [...(byCurrency.get(amount.currency) ?? []), [system, amount]]);
  }
  return [...byCurrency.values()]
    .filter((given) => new Set(given.map(([, { amount }]) => amount)).size > 1)
    .map((given) => ({
      on: 'amount' as const,
      systems: Object.fromEntries(given),
      sentence: `${given.map(([system, m]) => `${system} says ${m.amount} ${m.currency}`).join(', ')}.`,
    }));
}

function versionDifferences(sides: Sides): Disagreement[] {
  const given = sides.flatMap(([system, { version }]): [string, string][] =>
    version === undefined ? [] : [[system, version]],
  );
  if (new Set(given.map(([, version]) => version)).size < 2) return [];
  const sentence = `${given.map(([system, version]) => `${system} speaks of version ${version}`).join(', ')}.`;
  return [{ on: 'version', systems: Object.fromEntries(given), sentence }];
}

const reachable = new WeakMap<WorkflowDefinition, Map<string, ReadonlySet<string>>>();

/** True when legal steps lead from one state to the other. */
function mayBecome(definition: WorkflowDefinition, from: string, to: string): boolean {
  let known = reachable.get(definition);
  if (known === undefined) reachable.set(definition, (known = new Map()));
  let states = known.get(from);
  if (states === undefined) known.set(from, (states = statesAfter(definition, from)));
  return states.has(to);
}

function statesAfter(definition: WorkflowDefinition, from: string): ReadonlySet<string> {
  const found = new Set([from]);
  for (const state of found) {
    for (const rule of definition.transitions) {
      if (rule.to !== undefined && rule.from.includes(state)) found.add(rule.to);
    }
  }
  return found;
}
