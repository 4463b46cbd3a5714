import { type CivilDate } from '../../kernel/civil-date';
import { type Decider } from '../../kernel/decider';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { isSameParty, type Party, toldBy } from '../../kernel/party';
import {
  type BackTestFacts,
  type DefinitionApproved,
  type DefinitionEvent,
  type DefinitionProposed,
  type DefinitionRetired,
} from './definition.events';

export type DefinitionCommand =
  | {
      readonly kind: 'propose';
      readonly version: number;
      readonly definition: JsonObject;
      readonly sha256: string;
      readonly by: Party;
      /** newest version that is shipped, 0 for none, and the day it begins */
      readonly shipped: number;
    }
  | {
      readonly kind: 'approve';
      readonly version: number;
      readonly sha256: string;
      readonly backTest: BackTestFacts;
      readonly by: Party;
    }
  | {
      readonly kind: 'retire';
      readonly from: CivilDate;
      readonly reason: string;
      readonly by: Party;
    };

export interface DefinitionVersionState extends DefinitionProposed {
  readonly approved?: DefinitionApproved;
}

export interface DefinitionState {
  readonly versions: readonly DefinitionVersionState[];
  readonly retired?: DefinitionRetired;
}

/** Versions of one definition: who proposes one does not approve it, and an approved one never changes. */
export const definitionDecider: Decider<DefinitionCommand, DefinitionEvent, DefinitionState> = {
  initial: { versions: [] },
  decide(command, state) {
    if (command.kind === 'propose') return propose(command, state);
    return command.kind === 'approve' ? approve(command, state) : retire(command, state);
  },
  evolve(state, event) {
    if (event.type === 'definition.retired') return { ...state, retired: event.data };
    if (event.type === 'definition.proposed') {
      const others = state.versions.filter(({ version }) => version !== event.data.version);
      return { ...state, versions: [...others, event.data] };
    }
    return {
      versions: state.versions.map((one) =>
        one.version === event.data.version ? { ...one, approved: event.data } : one,
      ),
    };
  },
};

function propose(
  command: Extract<DefinitionCommand, { kind: 'propose' }>,
  { versions }: DefinitionState,
): DefinitionEvent[] {
  const { version, definition, sha256, by, shipped } = command;
  const known = versions.find((one) => one.version === version);
  if (known?.sha256 === sha256) return [];
  if (known?.approved !== undefined || version <= shipped)
    throw versionExists(version, 'An approved version never changes; propose the next one.');
  const newest = Math.max(shipped, ...versions.map((one) => one.version));
  if (known === undefined && version !== newest + 1)
    throw versionExists(version, `The next version is ${newest + 1}.`);
  return [{ type: 'definition.proposed', data: { version, sha256, definition, ...toldBy(by) } }];
}

function approve(
  { version, sha256, backTest, by }: Extract<DefinitionCommand, { kind: 'approve' }>,
  { versions }: DefinitionState,
): DefinitionEvent[] {
  const proposed = versions.find((one) => one.version === version);
  if (proposed === undefined)
    throw new TieoutError('not-found', `There is no proposed version ${version}.`);
  if (proposed.approved !== undefined) return [];
  if (proposed.sha256 !== sha256)
    throw new TieoutError(
      'concurrent-change',
      'The version was proposed anew meanwhile. Back-test what is proposed now.',
    );
  if (isSameParty(by, proposed))
    throw new TieoutError('same-person', 'Who proposed a definition cannot approve it.', {
      rule: 'definition-author',
    });
  const data = { version, backTest, ...toldBy(by) };
  return [{ type: 'definition.approved', data: data as DefinitionApproved & JsonObject }];
}

function retire(
  { from, reason, by }: Extract<DefinitionCommand, { kind: 'retire' }>,
  { retired }: DefinitionState,
): DefinitionEvent[] {
  if (retired?.from === from) return [];
  return [{ type: 'definition.retired', data: { from, reason, ...toldBy(by) } }];
}

const versionExists = (version: number, detail: string) =>
  new TieoutError('version-exists', `Version ${version} cannot be proposed. ${detail}`, {
    version,
  });
