import { type Entry, type TransitionData } from '../../src/kernel/entry';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type EventInput } from './projection-harness';

/** What matters of one transition; the rest is filled in. */
export interface TransitionInput extends Partial<Omit<TransitionData, 'transition'>> {
  readonly from?: string;
  readonly to?: string;
  /** civil date or instant */
  readonly at?: string;
  readonly system?: string;
  readonly actor?: string;
  readonly entry?: Partial<Entry>;
}

/** `transition('invoice-E.1', 'approved', { system: 'ap' })`; without `to` the state is named as the action. */
export function transition(
  stream: string,
  action: string,
  input: TransitionInput = {},
): EventInput {
  const { from, to = action, at, system, actor, entry, ...data } = input;
  const { objectType } = parseStreamName(stream);
  const occurredAt = at === undefined ? undefined : at.length === 10 ? `${at}T08:00:00.000Z` : at;
  return {
    stream,
    type: `${objectType}.${action}`,
    ...(occurredAt === undefined ? {} : { occurredAt, recordedAt: occurredAt }),
    ...(system === undefined ? {} : { source: { system } }),
    ...(actor === undefined ? {} : { actor: { id: actor, kind: 'person' as const } }),
    data: {
      transition: { action, to, ...(from === undefined ? {} : { from }) },
      ...data,
    } as unknown as Entry['data'],
    ...entry,
  };
}
