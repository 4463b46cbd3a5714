/** Which states legal steps lead to, by state: what a workflow says of the order of its states. */
export type StateOrder = Readonly<Record<string, readonly string[]>>;

/** States in which an object has left the way to its end; they have no rank among the others. */
const SIDE_BRANCHES: ReadonlySet<string> = new Set([
  'rejected',
  'cancelled',
  'archived',
  'reversed',
]);

export interface StepRule {
  readonly from: readonly string[];
  readonly to?: string;
}

/** @param states canonical states of the workflow */
export function stateOrder(states: readonly string[], steps: readonly StepRule[]): StateOrder {
  const after = (state: string): readonly string[] => {
    const found = new Set<string>([state]);
    for (const at of found) {
      if (SIDE_BRANCHES.has(at)) continue;
      for (const { from, to } of steps)
        if (to !== undefined && from.includes(at) && !SIDE_BRANCHES.has(to)) found.add(to);
    }
    found.delete(state);
    return [...found];
  };
  return Object.fromEntries(states.map((state) => [state, after(state)]));
}

/** `behind`: legal steps lead from `state` to `other` and none back; `ahead` the other way; else they exclude each other. */
export function rankAgainst(
  order: StateOrder | undefined,
  state: string,
  other: string,
): 'same' | 'behind' | 'ahead' | 'apart' {
  if (state === other) return 'same';
  const leads = order?.[state]?.includes(other) === true;
  const leadsBack = order?.[other]?.includes(state) === true;
  if (leads === leadsBack) return 'apart';
  return leads ? 'behind' : 'ahead';
}
