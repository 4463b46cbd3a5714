import { type CivilDate, addDays } from '../../kernel/civil-date';
import { fieldError, tooLarge } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { parseAmount } from '../../kernel/money';
import { type BreakClass } from './break.events';

/** Who gets a break of some kind, and until when. The first rule that fits is the one that counts. */
export interface RoutingRule {
  /** the SLA rule's name, shown with the break */
  readonly id: string;
  /** break types; absent: any */
  readonly types?: readonly string[];
  readonly currency?: string;
  /** of the size of the amount, in the currency; both ends included */
  readonly from?: string;
  readonly upTo?: string;
  /** what the break is until a person says otherwise */
  readonly class?: BreakClass;
  readonly owner: string;
  /** calendar days from the day on which the break was first seen */
  readonly dueDays: number;
}

/** How much may be adjusted: one item, and all items of one definition and period. */
export interface AdjustmentLimit {
  readonly type: string;
  readonly currency: string;
  readonly item: string;
  readonly run: string;
}

/** What holds for the breaks of one definition, as proposed and approved. */
export interface BreakRules {
  readonly routing: readonly RoutingRule[];
  readonly limits: readonly AdjustmentLimit[];
  /** days after which a proposal that nobody approved is over */
  readonly proposalDays: number;
}

export const NO_BREAK_RULES: BreakRules = { routing: [], limits: [], proposalDays: 30 };

export interface RoutedBreak {
  readonly type: string;
  readonly currency: string;
  /** signed minor units */
  readonly openMinor: bigint;
  readonly firstSeen: CivilDate;
}

export interface Routing {
  readonly rule: string;
  readonly owner: string;
  readonly due: CivilDate;
  readonly class?: BreakClass;
}

export function routingOf(item: RoutedBreak, { routing }: BreakRules): Routing | undefined {
  const rule = routing.find((one) => fits(one, item));
  return rule === undefined
    ? undefined
    : {
        rule: rule.id,
        owner: rule.owner,
        due: addDays(item.firstSeen, rule.dueDays),
        ...(rule.class === undefined ? {} : { class: rule.class }),
      };
}

function fits(rule: RoutingRule, { type, currency, openMinor }: RoutedBreak): boolean {
  if (rule.types !== undefined && !rule.types.includes(type)) return false;
  if (rule.currency === undefined) return true;
  if (rule.currency !== currency) return false;
  const size = openMinor < 0n ? -openMinor : openMinor;
  if (rule.from !== undefined && size < parseAmount(rule.from, currency)) return false;
  return rule.upTo === undefined || size <= parseAmount(rule.upTo, currency);
}

/** A version of the rules is one event, whole. */
const RULES_BYTES_MAX = 24_000;

/** @throws TieoutError `money-form`, `too-large`, `contract-violation` for rules that cannot mean anything */
export function checkBreakRules(entry: JsonObject): void {
  const bytes = Buffer.byteLength(JSON.stringify(entry));
  if (bytes > RULES_BYTES_MAX) throw tooLarge('The set of rules', RULES_BYTES_MAX, bytes, 'bytes');
  const { routing, limits } = entry as unknown as BreakRules;
  const ids = new Set<string>();
  routing.forEach((rule, n) => {
    if (ids.has(rule.id)) throw refused(`/routing/${n}/id`, 'is the id of a rule before it.');
    ids.add(rule.id);
    checkBounds(rule, `/routing/${n}`);
  });
  const kinds = new Set<string>();
  limits.forEach(({ type, currency, item, run }, n) => {
    const at = `/limits/${n}`;
    const [one, all] = [
      parseAmount(item, currency, `${at}/item`),
      parseAmount(run, currency, `${at}/run`),
    ];
    if (one < 0n) throw refused(`${at}/item`, 'a limit is not negative.');
    if (all < one) throw refused(`${at}/run`, 'is at least the limit of one item.');
    if (kinds.has(`${type}/${currency}`))
      throw refused(at, `limits ${type} in ${currency} a second time.`);
    kinds.add(`${type}/${currency}`);
  });
}

function checkBounds({ currency, from, upTo }: RoutingRule, at: string): void {
  if (from === undefined && upTo === undefined) return;
  if (currency === undefined)
    throw refused(`${at}/currency`, 'is missing: amounts of which currency?');
  const low = from === undefined ? 0n : parseAmount(from, currency, `${at}/from`);
  const high = upTo === undefined ? low : parseAmount(upTo, currency, `${at}/upTo`);
  if (low > high) throw refused(`${at}/upTo`, 'is below from, so that no break can ever fit.');
}

const refused = (pointer: string, detail: string) =>
  fieldError('contract-violation', pointer, detail);
