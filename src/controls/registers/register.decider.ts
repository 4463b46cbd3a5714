import { canonicalJson } from '../../kernel/canonical-json';
import { type Decider as DeciderOf } from '../../kernel/decider';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type Instant } from '../../kernel/runtime';
import {
  type Decider,
  type RegisterDecided,
  type RegisterEvent,
  type RegisterProposed,
  type RegisterVerb,
} from './register.events';
import { type RegisterKind } from './register-kinds.policy';

export type RegisterCommand =
  | {
      readonly kind: 'propose';
      readonly entry: JsonObject;
      readonly by: Decider;
      /** the caller did not say which state was read */
      readonly isBlind: boolean;
    }
  | {
      readonly kind: 'approve' | 'reject' | 'revoke' | 'evidence' | 'review';
      readonly by: Decider;
      readonly at: Instant;
      readonly note?: string;
    };

export interface RegisterVersion extends RegisterProposed {
  readonly approved?: RegisterDecided;
  readonly rejected?: RegisterDecided;
  readonly revoked?: RegisterDecided;
  readonly evidenced?: RegisterDecided;
  readonly reviewed?: RegisterDecided;
}

export interface RegisterState {
  /** in the order in which they were proposed */
  readonly versions: readonly RegisterVersion[];
}

/** The proposal that waits: the latest one, unless it was decided. */
export function waitingOf({ versions }: RegisterState): RegisterVersion | undefined {
  const last = versions.at(-1);
  return last?.approved === undefined && last?.rejected === undefined ? last : undefined;
}

/** The version in force: the latest approved one, unless it was revoked. */
export function inForceOf({ versions }: RegisterState): RegisterVersion | undefined {
  const last = versions.findLast(({ approved }) => approved !== undefined);
  return last?.revoked === undefined ? last : undefined;
}

/**
 * One entry of a register: proposed by one person, decided by another. Entries are the rules of the control, so that who
 * writes one does not put it in force, nor does the person it is for.
 */
export function registerOf(
  kind: RegisterKind,
): DeciderOf<RegisterCommand, RegisterEvent, RegisterState> {
  return {
    initial: { versions: [] },
    decide: (command, state) =>
      command.kind === 'propose' ? propose(kind, command, state) : decide(kind, command, state),
    evolve: (state, event) => evolve(state, event),
  };
}

type Propose = Extract<RegisterCommand, { kind: 'propose' }>;
type Decide = Exclude<RegisterCommand, Propose>;

function propose(kind: RegisterKind, command: Propose, state: RegisterState): RegisterEvent[] {
  const { entry, by, isBlind } = command;
  kind.check(entry);
  const latest = waitingOf(state) ?? inForceOf(state);
  if (latest !== undefined && canonicalJson(latest.entry) === canonicalJson(entry)) return [];
  if (isBlind && state.versions.length > 0) {
    throw new TieoutError(
      'precondition-required',
      `This ${kind.noun} is in the register. Read it and send If-Match with its ETag.`,
    );
  }
  const version = state.versions.length + 1;
  return [{ type: `${kind.type}.proposed`, data: { version, entry, ...told(by) } }];
}

function decide(kind: RegisterKind, command: Decide, state: RegisterState): RegisterEvent[] {
  const { by, at, note } = command;
  const [verb, on] = subjectOf(kind, command, state);
  if (on === undefined) return [];
  const decided = { version: on.version, at, ...told(by), ...(note === undefined ? {} : { note }) };
  return [{ type: `${kind.type}.${verb}`, data: decided }];
}

type Subject = readonly [Exclude<RegisterVerb, 'proposed'>, RegisterVersion | undefined];

/** What is decided about; undefined when that is decided already in the same way. */
function subjectOf(kind: RegisterKind, { kind: what, by }: Decide, state: RegisterState): Subject {
  if (what === 'approve' || what === 'reject') {
    const waiting = waitingOf(state);
    if (waiting === undefined) throw nothing(`No ${kind.noun} waits for a decision.`);
    if (what === 'approve') refuseOwn(kind, waiting, by);
    return [what === 'approve' ? 'approved' : 'rejected', waiting];
  }
  const inForce = inForceOf(state);
  if (inForce === undefined) throw nothing(`No version of this ${kind.noun} is in force.`);
  if (what === 'revoke') return ['revoked', inForce];
  if (isSame(by, beneficiary(kind, inForce)))
    throw samePerson(`Whom the ${kind.noun} is for gives no evidence for it, nor reviews it.`);
  const verb = what === 'evidence' ? 'evidenced' : 'reviewed';
  return [verb, inForce[verb] === undefined ? inForce : undefined];
}

function refuseOwn(kind: RegisterKind, waiting: RegisterVersion, by: Decider): void {
  const isProposer = isSame(by, { client: waiting.by, person: waiting.byPerson });
  if (isProposer) throw samePerson(`Who proposed the ${kind.noun} cannot approve it.`);
  if (isSame(by, beneficiary(kind, waiting)))
    throw samePerson(`Whom the ${kind.noun} is for cannot approve it.`);
}

interface Party {
  readonly client?: string;
  readonly person?: string | undefined;
}

function beneficiary(kind: RegisterKind, { entry }: RegisterVersion): Party {
  return { person: kind.beneficiaryOf?.(entry) };
}

/** One and the same: the same client, or two accounts of one person. */
function isSame(by: Decider, other: Party): boolean {
  if (by.client === other.client) return true;
  return by.person !== undefined && by.person === other.person;
}

const told = ({ client, person }: Decider) => ({
  by: client,
  ...(person === undefined ? {} : { byPerson: person }),
});

const nothing = (detail: string) => new TieoutError('state-conflict', detail);
const samePerson = (detail: string) =>
  new TieoutError('same-person', detail, { rule: 'control-registers' });

function evolve(state: RegisterState, event: RegisterEvent): RegisterState {
  const verb = event.type.slice(event.type.lastIndexOf('.') + 1) as RegisterVerb;
  if (verb === 'proposed') {
    return { versions: [...state.versions, event.data as RegisterProposed] };
  }
  const decided = event.data as RegisterDecided;
  return {
    versions: state.versions.map((one) =>
      one.version === decided.version ? { ...one, [verb]: decided } : one,
    ),
  };
}
