import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type Registers } from '../registers.policy';
import { readDutyMapping } from '../rule-sets/read-duty-mapping.policy';
import { readRuleSet } from '../rule-sets/read-rule-set.policy';
import { type RuleBook } from '../rule-sets/rule-book.policy';
import {
  type Neighbour,
  refuseOverlap,
  refuseUnknownDuties,
  refuseUnmappable,
} from '../rule-sets/version-conflicts.policy';
import { type RegisterKind } from './register-kinds.policy';

/** What an entry is compared with: the registers as approved now. */
export interface Neighbours {
  readonly registers: Registers;
  readonly survivorOf: (person: string) => string;
  readonly book: RuleBook;
  /** approved versions of a kind that begins on a date */
  readonly versionsOf: (type: string) => readonly Neighbour[];
}

type Check = (id: string, entry: JsonObject, neighbours: Neighbours) => void;

/**
 * Refuses an entry that does not fit what is approved already: a delegation that leads back to its principal or outlasts
 * the authority it lends, a merge or a line of managers that goes round in a circle, a rate under another name.
 *
 * @throws TieoutError `state-conflict`
 */
export function checkNeighbours(
  kind: RegisterKind,
  { id, entry }: { readonly id: string; readonly entry: JsonObject },
  neighbours: Neighbours,
): void {
  CHECKS[kind.type]?.(id, entry, neighbours);
}

const text = (entry: JsonObject, name: string): string | undefined => {
  const value = entry[name];
  return typeof value === 'string' ? value : undefined;
};

const refused = (detail: string) => new TieoutError('state-conflict', detail);

function delegation(id: string, entry: JsonObject, { registers, survivorOf }: Neighbours): void {
  const principal = survivorOf(text(entry, 'principal') ?? '');
  const delegate = survivorOf(text(entry, 'delegate') ?? '');
  if (principal === delegate) throw refused('Principal and delegate are one person.');
  const duties = entry['duties'] as readonly string[];
  const [from = '', to = ''] = [text(entry, 'from'), text(entry, 'to')];
  const lent = registers.delegations.filter(
    (one) =>
      one.id !== id &&
      one.revokedAt === undefined &&
      one.duties.some((duty) => duties.includes(duty)) &&
      (one.to === undefined || from < one.to) &&
      (one.from === undefined || one.from < to),
  );
  const reached = new Set([delegate]);
  for (const person of reached) {
    for (const one of lent)
      if (survivorOf(one.fromPerson) === person) reached.add(survivorOf(one.toPerson));
  }
  if (reached.has(principal))
    throw refused('The delegation leads back to its principal: authority would go in a circle.');
  for (const duty of duties) outlasts(principal, duty, { to, registers, survivorOf });
}

/** Where a table limits the principal for a duty, the delegation ends with the last entry of it. */
function outlasts(
  principal: string,
  duty: string,
  {
    to,
    registers,
    survivorOf,
  }: Pick<Neighbours, 'registers' | 'survivorOf'> & { readonly to: string },
): void {
  const own = registers.limits.filter(
    (one) => one.duty === duty && survivorOf(one.person) === principal && one.until === undefined,
  );
  const isOpen = own.length === 0 || own.some((one) => one.to === undefined);
  const last =
    own
      .map((one) => one.to ?? '')
      .sort()
      .at(-1) ?? '';
  if (!isOpen && to.slice(0, 10) > last)
    throw refused(`The authority for ${duty} ends on ${last}: the delegation cannot outlast it.`);
}

function person(id: string, entry: JsonObject, { registers, survivorOf }: Neighbours): void {
  const into = text(entry, 'mergedInto');
  if (into !== undefined && survivorOf(into) === id)
    throw refused(`${into} is merged into ${id} already: the merges would go in a circle.`);
  const at = text(entry, 'managerFrom') ?? registers.asOf;
  const above = new Set<string>();
  for (
    let next = text(entry, 'manager');
    next !== undefined && !above.has(next);
    next = registers.managerOf(next, at)
  ) {
    if (survivorOf(next) === survivorOf(id))
      throw refused(`${id} stands above that manager already: nobody manages oneself.`);
    above.add(next);
  }
}

function rate(id: string, entry: JsonObject): void {
  const name = `${String(entry['from'])}-${String(entry['to'])}-${String(entry['date'])}`;
  if (id !== name) throw refused(`The rate of the body belongs under the id ${name}.`);
}

function ruleSet(id: string, entry: JsonObject, { book, versionsOf }: Neighbours): void {
  const { set, ...validity } = readRuleSet(entry, { id, version: '' });
  refuseOverlap(validity, versionsOf('rule-set'));
  refuseUnmappable(set, validity.from, book);
}

function dutyMapping(id: string, entry: JsonObject, { book, versionsOf }: Neighbours): void {
  const { mapping, ...validity } = readDutyMapping(entry, { id, version: '' });
  refuseOverlap(validity, versionsOf('duty-mapping'));
  refuseUnknownDuties(mapping, validity.from, book);
}

const CHECKS: Readonly<Record<string, Check>> = {
  delegation,
  person,
  'exchange-rate': rate,
  'rule-set': ruleSet,
  'duty-mapping': dutyMapping,
};
