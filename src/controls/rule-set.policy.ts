import shipped from './default-rule-set.json';

export type DutyCategory =
  | 'master'
  | 'initiation'
  | 'authorization'
  | 'execution'
  | 'recording'
  | 'custody'
  | 'verification'
  | 'admin';

export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** Worst first, as work is ordered. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** One kind of act that rules speak of. */
export interface Duty {
  readonly id: string;
  readonly name: string;
  readonly category: DutyCategory;
  /** an act that cancelling does not undo: goods received, journal posted, money sent */
  readonly consequence: boolean;
}

export type EvaluationMode =
  | { readonly mode: 'static' | 'lineage' }
  | { readonly mode: 'relation'; readonly key: string; readonly windowDays: number };

/** No one person may act on both sides. */
export interface PairRule {
  readonly id: string;
  readonly name: string;
  readonly type: 'pair';
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly severity: Severity;
  readonly risk: string;
  readonly evaluate: readonly EvaluationMode[];
  readonly control: readonly ('preventive' | 'detective')[];
  /** an approval of version v conflicts with preparation of versions up to v of the same object only */
  readonly versioned: boolean;
}

/** A rule of another type: it is part of the set and is evaluated by another policy. */
export interface OtherRule {
  readonly id: string;
  readonly name: string;
  readonly type:
    | 'limit'
    | 'quorum'
    | 'delegation'
    | 'aggregate'
    | 'approval-effective'
    | 'hierarchy'
    | 'attribution'
    | 'emergency';
  readonly severity: Severity;
  readonly risk: string;
  readonly control: readonly ('preventive' | 'detective')[];
}

export type Rule = PairRule | OtherRule;

export interface RuleSet {
  readonly ruleset: {
    readonly id: string;
    readonly version: string;
    /** civil date */
    readonly effectiveFrom: string;
    readonly baseCurrency: string;
  };
  readonly duties: readonly Duty[];
  readonly rules: readonly Rule[];
}

/** A rule set made ready for evaluation: what a duty means and which rules it meets cost one look-up. */
export interface CompiledRules {
  readonly set: RuleSet;
  /** pair rules evaluated on one document chain, in the order of the set */
  readonly lineagePairs: readonly PairRule[];
  rule(id: string): Rule | undefined;
  duty(id: string): Duty | undefined;
  isConsequence(duty: string): boolean;
  /** duties of category master, initiation or recording prepare: they set the version that is approved */
  isPreparing(duty: string): boolean;
  /** duties on the other side of any rule on one document chain */
  opposites(duty: string): readonly string[];
  /** true when an act of this duty can be part of a finding, or decides whether another act stands */
  matters(duty: string): boolean;
}

const PREPARING: ReadonlySet<DutyCategory> = new Set(['master', 'initiation', 'recording']);

/** @throws TypeError when a rule names a duty the set does not have: it would never fire, in silence */
export function compileRules(set: RuleSet): CompiledRules {
  const duties = new Map(set.duties.map((duty) => [duty.id, duty]));
  const rules = new Map(set.rules.map((rule) => [rule.id, rule]));
  const lineagePairs = set.rules.filter(isLineagePair);
  const paired = new Set(set.rules.filter(isPair).flatMap((r) => [...r.left, ...r.right]));
  for (const duty of paired) {
    if (!duties.has(duty)) throw new TypeError(`A rule names the unknown duty ${duty}.`);
  }
  const opposites = oppositesOf(lineagePairs);
  const isConsequence = (id: string): boolean => duties.get(id)?.consequence === true;
  return {
    set,
    lineagePairs,
    rule: (id) => rules.get(id),
    duty: (id) => duties.get(id),
    isConsequence,
    isPreparing: (id) => {
      const duty = duties.get(id);
      return duty !== undefined && PREPARING.has(duty.category);
    },
    opposites: (id) => opposites.get(id) ?? [],
    matters: (id) => opposites.has(id) || isConsequence(id),
  };
}

function oppositesOf(rules: readonly PairRule[]): ReadonlyMap<string, readonly string[]> {
  const opposites = new Map<string, string[]>();
  const add = (duty: string, others: readonly string[]): void => {
    opposites.set(duty, [...new Set([...(opposites.get(duty) ?? []), ...others])]);
  };
  for (const { left, right } of rules) {
    for (const duty of left) add(duty, right);
    for (const duty of right) add(duty, left);
  }
  return opposites;
}

function isPair(rule: Rule): rule is PairRule {
  return rule.type === 'pair';
}

function isLineagePair(rule: Rule): rule is PairRule {
  return isPair(rule) && rule.evaluate.some(({ mode }) => mode === 'lineage');
}

/** The rule set that ships with the product. */
export const DEFAULT_RULE_SET = shipped as unknown as RuleSet;

export const DEFAULT_RULES: CompiledRules = compileRules(DEFAULT_RULE_SET);
