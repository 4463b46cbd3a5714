import { compareDecimal, type Decimal } from '../kernel/decimal';
import { type DutyEvent } from './duty-event.policy';
import { type Identities } from './identity.policy';
import { type Instant } from '../kernel/runtime';
import {
  isInForce,
  localDateOf,
  type AuthorityLimit,
  type Delegation,
  type Registers,
} from './registers.policy';
import { type Act } from './standing.policy';

/** Why an act on behalf of somebody has no mandate, nearest to valid last. */
export const MANDATE_FAULTS = [
  'none',
  'wrong_entity',
  'wrong_duty',
  'not_in_force',
  'revoked',
  'sub_delegation',
] as const;
export type MandateFault = (typeof MANDATE_FAULTS)[number];

export interface MandateContext {
  readonly registers: Registers;
  readonly identities: Identities;
}

/** A person's own act, a valid delegation, a fault, or nothing that can be told because somebody is unknown. */
export type Mandate =
  | { readonly kind: 'own' }
  | { readonly kind: 'delegated'; readonly delegation: Delegation }
  | { readonly kind: 'invalid'; readonly fault: MandateFault }
  | { readonly kind: 'unresolved' };

/** On what right the performer acted for the principal. */
export function mandateOf({ event, actors }: Act, context: MandateContext): Mandate {
  if (event.onBehalfOf === undefined) return { kind: 'own' };
  const { performer, principal, gaps } = actors;
  if (gaps.length > 0) return { kind: 'unresolved' };
  if (performer === undefined || principal === undefined) return { kind: 'invalid', fault: 'none' };
  if (performer === principal) return { kind: 'own' };
  const { survivorOf } = context.identities;
  let nearest = 0;
  for (const delegation of context.registers.delegations) {
    const { fromPerson, toPerson } = delegation;
    if (survivorOf(fromPerson) !== principal || survivorOf(toPerson) !== performer) continue;
    const fault = faultOf(delegation, event);
    if (fault === undefined) return { kind: 'delegated', delegation };
    nearest = Math.max(nearest, MANDATE_FAULTS.indexOf(fault));
  }
  return { kind: 'invalid', fault: MANDATE_FAULTS[nearest] ?? 'none' };
}

function faultOf(delegation: Delegation, event: DutyEvent): MandateFault | undefined {
  const { entity, duties, revokedAt, basedOn } = delegation;
  if (entity !== undefined && entity !== event.entity) return 'wrong_entity';
  if (!event.duties.every((duty) => duties.includes(duty))) return 'wrong_duty';
  if (!isInForce(delegation, event.at)) return 'not_in_force';
  if (revokedAt !== undefined && revokedAt <= event.at) return 'revoked';
  return basedOn === undefined ? undefined : 'sub_delegation';
}

/** A limit has effect from its approval, until a later version is approved or it is revoked. */
export function isEffective({ since, until }: AuthorityLimit, at: Instant): boolean {
  return (since === undefined || since <= at) && (until === undefined || at < until);
}

/**
 * The highest amount an approval may be of, in base currency: the principal's limit when there is one, lowered by the
 * cap of the delegation. Of several entries the highest counts.
 *
 * @returns undefined when the person has no authority for the duty, or nobody approved
 */
export function authorityOf(act: Act, duty: string, context: MandateContext): Decimal | undefined {
  const person = act.actors.principal ?? act.actors.performer;
  if (person === undefined) return undefined;
  const { registers, identities } = context;
  const date = localDateOf(act.event, registers);
  let highest: Decimal | undefined;
  for (const entry of registers.limits) {
    const applies =
      entry.duty === duty &&
      identities.survivorOf(entry.person) === person &&
      isEffective(entry, act.event.at) &&
      (entry.entity === undefined || entry.entity === act.event.entity) &&
      (entry.from === undefined || entry.from <= date) &&
      (entry.to === undefined || date <= entry.to);
    if (applies && (highest === undefined || compareDecimal(entry.limit, highest) > 0))
      highest = entry.limit;
  }
  const mandate = mandateOf(act, context);
  const cap = mandate.kind === 'delegated' ? mandate.delegation.cap : undefined;
  if (highest === undefined || cap === undefined) return highest;
  return compareDecimal(cap, highest) < 0 ? cap : highest;
}
