import { type Decider } from '../../kernel/decider';
import { streamName } from '../../kernel/stream-name';
import { type AliasEvent } from './alias.events';

/** `counterparty` absent: the spelling stands for itself again. */
export interface DecideAlias {
  readonly counterparty?: string;
}

export interface AliasState {
  readonly counterparty?: string;
}

export const aliasStream = (id: string): string => streamName('counterparty-alias', '_', id);

/** One spelling and whom it stands for; every entry is a person's word with a date, never a guess. */
export const alias: Decider<DecideAlias, AliasEvent, AliasState> = {
  initial: {},
  decide({ counterparty }, state) {
    if (counterparty === state.counterparty) return [];
    return counterparty === undefined
      ? [{ type: 'counterparty-alias.removed', data: {} }]
      : [{ type: 'counterparty-alias.set', data: { counterparty } }];
  },
  evolve: (_, event) =>
    event.type === 'counterparty-alias.set' ? { counterparty: event.data.counterparty } : {},
};
