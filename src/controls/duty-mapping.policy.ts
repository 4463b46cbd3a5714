import shipped from './default-duty-mapping.json';
import { type CompiledRules, DEFAULT_RULES } from './rule-set.policy';

/** How one event type reads: as an act with duties, or as the withdrawal of one. */
export interface MappingRow {
  readonly type: string;
  readonly duties?: readonly string[];
  /** changes the object: a material change makes its next version */
  readonly change?: boolean;
  /** other duties, when an event of the same object performed the one named: who releases a wire releases no invoice */
  readonly following?: Readonly<Record<string, readonly string[]>>;
  /** withdraws the event that its causation names, if that is of the same object and has one of these duties */
  readonly cancels?: readonly string[];
}

export interface DutyMapping {
  readonly id: string;
  readonly version: string;
  /** civil date */
  readonly effectiveFrom: string;
  /** `<id>@<version>` of the rule set whose duties it names */
  readonly ruleSet: string;
  readonly rows: readonly MappingRow[];
}

export interface CompiledMapping {
  readonly mapping: DutyMapping;
  /** undefined for an event type that has no duty and withdraws none */
  row(type: string): MappingRow | undefined;
  /** event types that can be part of a finding of these rules, or decide whether an act stands */
  readonly types: readonly string[];
  /** every duty that an event of the type might have */
  possibleDuties(type: string): readonly string[];
  /** duties of the events of one object, by their types */
  dutiesOf(types: readonly string[]): readonly (readonly string[])[];
}

/**
 * @param rules a row whose duties no rule can use is left out: its events then cost nothing
 * @throws TypeError for a duty that the rule set does not have, and for a type that is mapped twice
 */
export function compileMapping(mapping: DutyMapping, rules: CompiledRules): CompiledMapping {
  const seen = new Set<string>();
  for (const { type } of mapping.rows) {
    if (seen.has(type)) throw new TypeError(`${mapping.id} maps ${type} twice.`);
    seen.add(type);
  }
  const [unknown] = unknownDuties(mapping, rules);
  if (unknown !== undefined)
    throw new TypeError(`${mapping.id} names the unknown duty ${unknown}.`);
  return compileRows(mapping, rules);
}

/** Duties that a mapping names and a rule set has not, each once, in the order of the rows. */
export function unknownDuties(mapping: Pick<DutyMapping, 'rows'>, rules: CompiledRules): string[] {
  const named = new Set(mapping.rows.flatMap(dutiesNamed));
  return [...named].filter((duty) => rules.duty(duty) === undefined);
}

/**
 * A mapping ready for use beside a rule set that another person approved: a duty which that set does not have is met by
 * none of its rules, and the rest of the mapping still holds.
 */
export function compileRows(mapping: DutyMapping, rules: CompiledRules): CompiledMapping {
  const rows = new Map<string, MappingRow>();
  for (const row of mapping.rows) {
    if (dutiesNamed(row).some(rules.matters)) rows.set(row.type, row);
  }
  const possible = new Map([...rows].map(([type, row]) => [type, possibleOf(row)]));
  return {
    mapping,
    row: (type) => rows.get(type),
    types: [...rows.keys()],
    possibleDuties: (type) => possible.get(type) ?? [],
    dutiesOf: (types) => {
      if (!types.some((type) => rows.get(type)?.following !== undefined)) {
        return types.map((type) => rows.get(type)?.duties ?? []);
      }
      const plain = new Set(types.flatMap((type) => rows.get(type)?.duties ?? []));
      return types.map((type) => dutiesOfRow(rows.get(type), plain));
    },
  };
}

function possibleOf({ duties = [], following = {} }: MappingRow): string[] {
  return [...new Set([...duties, ...Object.values(following).flat()])];
}

function dutiesNamed({ duties = [], following = {}, cancels = [] }: MappingRow): string[] {
  const followed = Object.entries(following).flatMap(([duty, others]) => [duty, ...others]);
  return [...duties, ...followed, ...cancels];
}

function dutiesOfRow(
  row: MappingRow | undefined,
  performed: ReadonlySet<string>,
): readonly string[] {
  const followed = Object.entries(row?.following ?? {}).find(([duty]) => performed.has(duty));
  return followed?.[1] ?? row?.duties ?? [];
}

/** The mapping that ships with the product. */
export const DEFAULT_DUTY_MAPPING = shipped as DutyMapping;

export const DEFAULT_DUTIES: CompiledMapping = compileMapping(DEFAULT_DUTY_MAPPING, DEFAULT_RULES);
