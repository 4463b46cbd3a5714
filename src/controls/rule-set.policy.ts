import shipped from './default-rule-set.json';

export const DUTY_CATEGORIES = [
  'master',
  'initiation',
  'authorization',
  'execution',
  'recording',
  'custody',
  'verification',
  'admin',
] as const;
export type DutyCategory = (typeof DUTY_CATEGORIES)[number];

export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** Worst first, as work is ordered. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** One kind of act that rules speak of. */
export interface Duty {
  readonly id: string;
  readonly name: string;
  /** P2P, O2C, R2R, TRE or ADM */
  readonly process: string;
  readonly category: DutyCategory;
  /** an act that cancelling does not undo: goods received, journal posted, money sent */
  readonly consequence: boolean;
}

export type EvaluationMode =
  | { readonly mode: 'static' | 'lineage' }
  | { readonly mode: 'relation'; readonly key: string; readonly windowDays: number };

/** Whether a finding of a rule may be lifted by an approved exception, and for how long at most. */
export interface ExceptionPolicy {
  readonly allowed: boolean;
  readonly maxDays: number;
}

interface RuleBase {
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  readonly risk: string;
  readonly control: readonly ('preventive' | 'detective')[];
  readonly exception: ExceptionPolicy;
}

/** No one person may act on both sides. */
export interface PairRule extends RuleBase {
  readonly type: 'pair';
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly evaluate: readonly EvaluationMode[];
  /** an approval of version v conflicts with preparation of versions up to v of the same object only */
  readonly versioned: boolean;
}

/** Amounts above `thresholdBase` need approvals by `minDistinct` independent persons before they are executed. */
export interface QuorumRule extends RuleBase {
  readonly type: 'quorum';
  readonly config: {
    readonly duties: readonly string[];
    readonly executionDuties: readonly string[];
    readonly thresholdBase: string;
    readonly minDistinct: number;
  };
}

/** Orders of one person to one payee that stay below a tier one by one and pass it together. */
export interface SplitRule extends RuleBase {
  readonly type: 'aggregate';
  readonly config: {
    readonly duty: string;
    readonly tiersBase: readonly string[];
    readonly windowDays: number;
  };
}

/** What executes was approved before, in exactly that version. */
export interface EffectiveApprovalRule extends RuleBase {
  readonly type: 'approval-effective';
  /** executing duty to the duties that approve it */
  readonly config: { readonly requires: Readonly<Record<string, readonly string[]>> };
}

/** An account behind which nobody stands. */
export interface AttributionRule extends RuleBase {
  readonly type: 'attribution';
  readonly config: {
    readonly accountKinds: readonly ('shared' | 'service')[];
    /** only duties of these categories; all without it */
    readonly categories?: readonly DutyCategory[];
  };
}

/** Elevated access is approved before, short, and reviewed after. */
export interface EmergencyRule extends RuleBase {
  readonly type: 'emergency';
  readonly config: { readonly maxHours: number; readonly reviewSlaDays: number };
}

/** A rule whose whole meaning is its type: approval within authority, by mandate, not by a subordinate. */
export interface PlainRule extends RuleBase {
  readonly type: 'limit' | 'delegation' | 'hierarchy';
}

export type Rule =
  | PairRule
  | QuorumRule
  | SplitRule
  | EffectiveApprovalRule
  | AttributionRule
  | EmergencyRule
  | PlainRule;

/** A pair rule in mode relation: acts about one related object, at most `windowDays` local days apart. */
export interface RelationPair {
  readonly rule: PairRule;
  readonly key: string;
  readonly windowDays: number;
}

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
  readonly relationPairs: readonly RelationPair[];
  /** pair rules that two entitlements of one person break, with wildcards spelt out */
  readonly staticPairs: readonly PairRule[];
  /** rules of one type, in the order of the set */
  ofType<T extends Rule['type']>(type: T): readonly Extract<Rule, { readonly type: T }>[];
  rule(id: string): Rule | undefined;
  duty(id: string): Duty | undefined;
  isConsequence(duty: string): boolean;
  /** duties of category master, initiation or recording prepare: they set the version that is approved */
  isPreparing(duty: string): boolean;
  isApproving(duty: string): boolean;
  /** duties on the other side of any rule on one document chain */
  opposites(duty: string): readonly string[];
  /** true when an act of this duty can be part of a finding, or decides whether another act stands */
  matters(duty: string): boolean;
}

/** Stands for every duty that moves or records value; rules name it, events never have it. */
const WILDCARD = 'FIN-POST';
const FINANCE: ReadonlySet<string> = new Set(['P2P', 'O2C', 'R2R', 'TRE']);
const POSTING: ReadonlySet<DutyCategory> = new Set([
  'initiation',
  'authorization',
  'execution',
  'recording',
  'custody',
]);

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
  const named = new Set([
    ...paired,
    ...set.rules.flatMap(dutiesOf),
    ...set.duties.filter(isJudged).map(({ id }) => id),
  ]);
  const isConsequence = (id: string): boolean => duties.get(id)?.consequence === true;
  const spell = (names: readonly string[]): readonly string[] => withoutWildcard(names, set.duties);
  return {
    set,
    lineagePairs,
    relationPairs: set.rules.filter(isPair).flatMap(relationsOf),
    staticPairs: set.rules
      .filter(isPair)
      .filter(({ evaluate }) => evaluate.some(({ mode }) => mode === 'static'))
      .map((rule) => ({ ...rule, left: spell(rule.left), right: spell(rule.right) })),
    ofType: (type) => set.rules.filter((rule): rule is never => rule.type === type),
    rule: (id) => rules.get(id),
    duty: (id) => duties.get(id),
    isConsequence,
    isPreparing: (id) => {
      const duty = duties.get(id);
      return duty !== undefined && PREPARING.has(duty.category);
    },
    isApproving: (id) => duties.get(id)?.category === 'authorization',
    opposites: (id) => opposites.get(id) ?? [],
    matters: (id) => named.has(id) || isConsequence(id),
  };
}

/** Duties that a rule other than a pair names. */
function dutiesOf(rule: Rule): readonly string[] {
  if (rule.type === 'quorum') return [...rule.config.duties, ...rule.config.executionDuties];
  if (rule.type === 'aggregate') return [rule.config.duty];
  if (rule.type !== 'approval-effective') return [];
  return [...Object.keys(rule.config.requires), ...Object.values(rule.config.requires).flat()];
}

/** Approvals are judged by authority, and what prepares tells what was approved. */
function isJudged({ category }: Duty): boolean {
  return category === 'authorization' || PREPARING.has(category);
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

function relationsOf(rule: PairRule): RelationPair[] {
  return rule.evaluate.flatMap((mode) =>
    mode.mode === 'relation' ? [{ rule, key: mode.key, windowDays: mode.windowDays }] : [],
  );
}

function withoutWildcard(names: readonly string[], duties: readonly Duty[]): readonly string[] {
  if (!names.includes(WILDCARD)) return names;
  const meant = duties.filter(
    ({ process, category }) => FINANCE.has(process) && POSTING.has(category),
  );
  return [...new Set([...names.filter((n) => n !== WILDCARD), ...meant.map(({ id }) => id)])];
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
