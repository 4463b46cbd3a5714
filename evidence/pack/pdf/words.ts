import { type MoneyJson } from '../../../src/kernel/money';
import { type Figure, type ObjectKey } from '../pack-input';
import { type StepActor } from '../report-types';

/** `1190000.00` as `1,190,000.00`: the digits stay those of the data. */
export function grouped(amount: string): string {
  const [whole = '', fraction] = amount.split('.');
  const withCommas = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? withCommas : `${withCommas}.${fraction}`;
}

export const moneyText = (money: MoneyJson | undefined): string =>
  money === undefined ? '' : `${grouped(money.amount)} ${money.currency}`;

/** `118,400.00 EUR`; a figure of the contract with its name before it. */
export function figureText({ measure, value, currency }: Figure): string {
  const money = `${grouped(value)}${currency === '-' ? '' : ` ${currency}`}`;
  return measure === 'amount' ? money : `${measure} ${money}`;
}

/** `2026-01-05T10:41:07.055Z` as `2026-01-05 10:41:07.055`; column heads and captions say that it is UTC. */
export const timeText = (instant: string): string => instant.replace('T', ' ').replace('Z', '');

/** `purchase-order` as `purchase order`. */
export const typeText = (type: string): string => type.replaceAll('-', ' ');

export const objectText = ({ type, entity, id }: ObjectKey): string =>
  `${typeText(type)} ${id} (${entity})`;

/** Names of accounts where the request asked for them, else pseudonyms. */
export type NameOf = (pseudonym: string) => string;

export function actorText(actor: StepActor, persons: readonly string[], nameOf: NameOf): string {
  const lines = [
    nameOf(actor.id),
    `${actor.kind}${actor.role === undefined ? '' : `, ${actor.role}`}`,
  ];
  if (actor.onBehalfOf !== undefined) lines.push(`for ${nameOf(actor.onBehalfOf)}`);
  if (actor.initiatedBy !== undefined) lines.push(`begun by ${nameOf(actor.initiatedBy)}`);
  if (persons.length > 0) lines.push(`= ${persons.join(', ')}`);
  return lines.join('\n');
}

/** 64 hex digits in groups of eight, so that two people can compare them aloud. */
export const fingerprint = (hash: string): string => hash.replace(/(.{8})(?=.)/g, '$1 ');
