import { addDays, type CivilDate } from '../kernel/civil-date';
import { type Json, type JsonObject } from '../kernel/json';
import { formatMinor } from '../kernel/money';
import { ACCOUNTS, SYSTEMS, type DemoEntity } from './company';

/** A structured CloudEvent as an integration would send it. */
export type DemoEvent = JsonObject & {
  readonly id: string;
  readonly time: string;
  readonly source: string;
};

export interface Step {
  readonly system: string;
  readonly account: string;
  readonly entity: DemoEntity;
  readonly type: string;
  readonly id: string;
  readonly action: string;
  readonly from?: string;
  readonly to: string;
  /** day of the month, 1 to 31, and minute of that day in UTC */
  readonly day: number;
  readonly minute: number;
  readonly amountMinor?: bigint;
  readonly document?: string;
  readonly dimensions?: JsonObject;
  readonly related?: readonly JsonObject[];
  readonly correlation: string;
  readonly reason?: string;
}

/** Builds the events of one month. @param month first day, such as `2026-10-01` */
export class EventBuilder {
  private readonly built: DemoEvent[] = [];

  constructor(private readonly month: CivilDate) {}

  /** In the order in which they occurred, as feeds deliver them. */
  events(): readonly DemoEvent[] {
    return [...this.built].sort((a, b) => compare(a.time, b.time) || compare(a.id, b.id));
  }

  date(day: number): CivilDate {
    return addDays(this.month, day - 1);
  }

  add(step: Step): void {
    const { entity } = step;
    const data: Record<string, Json> = {
      entity: entity.code,
      object: { type: step.type, id: step.id },
      transition: {
        action: step.action,
        ...(step.from === undefined ? {} : { from: step.from }),
        to: step.to,
      },
      actor: { account: step.account, kind: kindOf(step.system, step.account) },
    };
    if (step.document !== undefined) data['sourceDocument'] = { id: step.document };
    if (step.amountMinor !== undefined) {
      data['amount'] = {
        amount: formatMinor(step.amountMinor, entity.currency),
        currency: entity.currency,
      };
    }
    if (step.dimensions !== undefined) data['dimensions'] = step.dimensions;
    if (step.related !== undefined) data['related'] = step.related;
    if (step.reason !== undefined) data['reason'] = step.reason;
    this.built.push({
      specversion: '1.0',
      id: `${step.id}-${step.action}-${step.day}.${step.minute}`,
      source: uriOf(step.system),
      type: `tieout.${step.type}.${step.action}`,
      subject: `${step.type}/${entity.code}/${step.id}`,
      time: `${this.date(step.day)}T${clockOf(step.minute)}:00.000Z`,
      datacontenttype: 'application/json',
      correlationid: step.correlation,
      data,
    });
  }
}

function clockOf(minute: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function kindOf(system: string, account: string): string {
  const known = ACCOUNTS.find((a) => a.system === system && a.account === account);
  return known?.kind === 'service' ? 'service' : 'person';
}

function uriOf(system: string): string {
  const known = SYSTEMS.find((s) => s.id === system);
  if (known === undefined) throw new TypeError(`unknown system ${system}`);
  return known.uri;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
