import { type CompiledMapping } from '../../src/controls/duty-mapping.policy';
import { type RulesOfDay } from '../../src/controls/rule-sets/rule-book.policy';
import { type RelatedObject, type TransitionData } from '../../src/kernel/entry';
import { isTieoutError } from '../../src/kernel/errors';
import { parseStreamName, streamName, type StreamParts } from '../../src/kernel/stream-name';

/** Master data that is its own related object: whoever maintains a vendor acts about that vendor. */
const OWN_KEYS: ReadonlyMap<string, string> = new Map([
  ['supplier', 'vendor'],
  ['customer', 'customer'],
  ['bank_account', 'bankAccount'],
  ['beneficiary', 'beneficiary'],
  ['gl_account', 'glAccount'],
  ['period', 'period'],
  ['asset', 'asset'],
]);

const ROLE_KEYS: ReadonlyMap<string, string> = new Map([
  ['supplier', 'vendor'],
  ['customer', 'customer'],
  ['bank-account', 'bankAccount'],
]);

type Linked = Pick<TransitionData, 'related' | 'dimensions'>;

/**
 * Related objects of an event, as `key:value`: what it links to as master data, the account and period it posts to, and
 * the object itself where that is master data. Values are stream names, so that two ways to name one thing are equal.
 */
export function refsOf(stream: string, data: Linked | undefined): string[] {
  const ownKey = OWN_KEYS.get(stream.slice(0, stream.indexOf('-')));
  if (ownKey === undefined && data?.related === undefined && data?.dimensions === undefined)
    return [];
  const own = parseStreamName(stream);
  const refs = ownKey === undefined ? [] : [`${ownKey}:${stream}`];
  for (const one of data?.related ?? []) {
    const key = ROLE_KEYS.get(one.role);
    const name = key === undefined ? undefined : relatedName(one, own);
    if (name !== undefined) refs.push(`${key}:${name}`);
  }
  return [...new Set([...refs, ...postedTo(data?.dimensions, own)])];
}

function postedTo(dimensions: TransitionData['dimensions'], { entity }: StreamParts): string[] {
  if (dimensions === undefined) return [];
  const { account, period } = dimensions;
  const named = (type: string, id: string | undefined): string | undefined =>
    id === undefined ? undefined : nameOrNothing(type, entity, id);
  const [glAccount, month] = [named('gl-account', account), named('period', period)];
  return [
    ...(glAccount === undefined ? [] : [`glAccount:${glAccount}`]),
    ...(month === undefined ? [] : [`period:${month}`]),
    ...(glAccount === undefined || month === undefined
      ? []
      : [`accountPeriod:${glAccount}|${month}`]),
  ];
}

/** Stream name of a related object; undefined when it is too long to be one, so that there is no such object. */
export function relatedName(
  { type, entity, id }: RelatedObject,
  own: Pick<StreamParts, 'entity'>,
): string | undefined {
  return nameOrNothing(type, entity ?? own.entity, id);
}

function nameOrNothing(type: string, entity: string, id: string): string | undefined {
  try {
    return streamName(type, entity, id);
  } catch (error) {
    if (isTieoutError(error, 'malformed', 'too-large')) return undefined;
    throw error;
  }
}

/** The key of a related object, such as `vendor`. */
export const keyOf = (ref: string): string => ref.slice(0, ref.indexOf(':'));

/** The key that stands for the legal entity of an act itself. */
const ENTITY = 'entity';

type KeysOfTypes = ReadonlyMap<string, ReadonlySet<string>>;
const keysOfTypes = new WeakMap<CompiledMapping, KeysOfTypes>();

/** Keys of the relation rules that an event of each type may be on a side of. */
export function keysOfTypesOn({ duties: mapping, rules }: RulesOfDay): KeysOfTypes {
  const known = keysOfTypes.get(mapping);
  if (known !== undefined) return known;
  const made: KeysOfTypes = new Map(
    mapping.types.map((type) => {
      const duties = mapping.possibleDuties(type);
      const concerned = rules.relationPairs.filter(({ rule }) =>
        duties.some((duty) => rule.left.includes(duty) || rule.right.includes(duty)),
      );
      return [type, new Set(concerned.map(({ key }) => key))];
    }),
  );
  keysOfTypes.set(mapping, made);
  return made;
}

interface ReferringAct {
  readonly type: string;
  readonly stream: string;
  readonly refs: readonly string[];
}

/** Of an event's related objects those that a relation rule judges it by. */
export function judgedRefs({ type, stream, refs }: ReferringAct, day: RulesOfDay): string[] {
  const keys = keysOfTypesOn(day).get(type);
  if (keys === undefined || keys.size === 0) return [];
  const judged = refs.filter((ref) => keys.has(keyOf(ref)));
  if (keys.has(ENTITY)) judged.push(`${ENTITY}:${parseStreamName(stream).entity}`);
  return judged;
}
