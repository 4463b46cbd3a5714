import { type Decider } from '../kernel/decider';
import { notFound, TieoutError } from '../kernel/errors';
import {
  type KeyAdded,
  type KeyCompromised,
  type KeyRetired,
  type LogKeyEvent,
} from './log-keys.events';

export interface LogKeysState {
  /** vkeys, the oldest first */
  readonly inService: readonly string[];
  readonly retired: readonly string[];
}

export type LogKeysCommand =
  | { readonly kind: 'add'; readonly key: KeyAdded }
  | { readonly kind: 'retire'; readonly key: KeyRetired }
  /** the replaced key is lost: the new one takes over alone, and the old one is trusted up to a size */
  | {
      readonly kind: 'replace-lost';
      readonly key: KeyAdded;
      readonly trustedSize: number;
      readonly reason: string;
    };

/** The keys of the log. Whether signatures hold is checked again by who seals the event; here it is who follows whom. */
export const logKeys: Decider<LogKeysCommand, LogKeyEvent, LogKeysState> = {
  initial: { inService: [], retired: [] },
  decide(command, state) {
    switch (command.kind) {
      case 'add':
        return add(command.key, state);
      case 'retire':
        return retire(command.key, state);
      case 'replace-lost':
        return replaceLost(command, state);
    }
  },
  evolve(state, event) {
    const { inService, retired } = state;
    switch (event.type) {
      case 'ledger.created':
        return { inService: [event.data.vkey], retired };
      case 'ledger.key-added':
        return event.data.recoverySignature === undefined
          ? { inService: [...inService, event.data.vkey], retired }
          : without({ inService: [...inService, event.data.vkey], retired }, event.data.replaces);
      case 'ledger.key-retired':
        return without(state, event.data.vkey);
      case 'ledger.key-compromised':
        return state;
    }
  },
};

function add(key: KeyAdded, { inService, retired }: LogKeysState): readonly LogKeyEvent[] {
  if (inService.includes(key.vkey)) return [];
  if (retired.includes(key.vkey)) {
    throw new TieoutError('state-conflict', 'A key that was retired does not come back.');
  }
  if (!inService.includes(key.replaces)) throw notInService(key.replaces);
  if (inService.length > 1) {
    throw new TieoutError(
      'state-conflict',
      'Two keys are in service already. Retire the older one first.',
    );
  }
  return [{ type: 'ledger.key-added', data: key }];
}

function retire(key: KeyRetired, { inService, retired }: LogKeysState): readonly LogKeyEvent[] {
  if (retired.includes(key.vkey)) return [];
  if (!inService.includes(key.vkey)) throw notFound(`The key ${key.vkey}`);
  if (inService.length === 1) {
    throw new TieoutError('state-conflict', 'The only key of the log cannot be retired.');
  }
  return [{ type: 'ledger.key-retired', data: key }];
}

function replaceLost(
  command: Extract<LogKeysCommand, { readonly kind: 'replace-lost' }>,
  { inService, retired }: LogKeysState,
): readonly LogKeyEvent[] {
  const { key, trustedSize, reason } = command;
  if (inService.includes(key.vkey) || retired.includes(key.vkey)) {
    throw new TieoutError('state-conflict', 'The new key was there before. Make another one.');
  }
  if (!inService.includes(key.replaces)) throw notInService(key.replaces);
  const compromised: KeyCompromised = { vkey: key.replaces, trustedSize, reason };
  return [
    { type: 'ledger.key-added', data: key },
    { type: 'ledger.key-compromised', data: compromised },
  ];
}

const without = ({ inService, retired }: LogKeysState, vkey: string): LogKeysState => ({
  inService: inService.filter((each) => each !== vkey),
  retired: [...retired, vkey],
});

const notInService = (vkey: string): TieoutError =>
  new TieoutError('state-conflict', `${vkey} is not in service.`);
