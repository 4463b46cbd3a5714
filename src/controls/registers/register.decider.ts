import { canonicalBytes, canonicalJson } from '../../kernel/canonical-json';
import { type Decider as DeciderOf } from '../../kernel/decider';
import { TieoutError } from '../../kernel/errors';
import { sha256Hex } from '../../kernel/hash';
import { type JsonObject } from '../../kernel/json';
import { isSameParty, type Party, toldBy } from '../../kernel/party';
import { type Instant } from '../../kernel/runtime';
import { firstDayAfter } from '../rule-sets/rule-book.policy';
import { refuseBackdated } from '../rule-sets/version-conflicts.policy';
import { joined, partsOf } from './entry-parts.policy';
import {
  type DecisionVerb,
  type RegisterContinued,
  type RegisterDecided,
  type RegisterEvent,
  type RegisterProposed,
  type RegisterVerb,
} from './register.events';
import { type RegisterKind } from './register-kinds.policy';
import { SHIPPED_WORDS, type Vocabulary } from './vocabulary.policy';

export type RegisterCommand =
  | {
      readonly kind: 'propose';
      readonly entry: JsonObject;
      readonly by: Party;
      /** the caller did not say which state was read */
      readonly isBlind: boolean;
      /** number that the caller gives the version; without it the next one */
      readonly version?: number;
      /** a version that begins on a date begins after this */
      readonly at?: Instant;
    }
  | {
      readonly kind: 'approve' | 'reject' | 'revoke' | 'evidence' | 'review';
      readonly by: Party;
      readonly at: Instant;
      readonly note?: string;
      /** the version meant; without it the one that waits, or is in force */
      readonly version?: number;
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
  words: Vocabulary = SHIPPED_WORDS,
): DeciderOf<RegisterCommand, RegisterEvent, RegisterState> {
  return {
    initial: { versions: [] },
    decide: (command, state) => {
      if (command.kind !== 'propose') return decide(kind, command, state);
      kind.check(command.entry, words);
      return propose(kind, command, state);
    },
    evolve: (state, event) => evolve(state, event),
  };
}

type Propose = Extract<RegisterCommand, { kind: 'propose' }>;
type Decide = Exclude<RegisterCommand, Propose>;

function propose(kind: RegisterKind, command: Propose, state: RegisterState): RegisterEvent[] {
  const { entry, by, isBlind } = command;
  const latest = waitingOf(state) ?? inForceOf(state);
  const isRepeat = latest !== undefined && canonicalJson(latest.entry) === canonicalJson(entry);
  if (isRepeat && (command.version ?? latest.version) === latest.version) return [];
  const version = state.versions.length + 1;
  refuseNumber(kind, command.version, version);
  if (command.at !== undefined) refuseReachingBack(kind, entry, command.at);
  if (isBlind && command.version === undefined && state.versions.length > 0) {
    throw new TieoutError(
      'precondition-required',
      `This ${kind.noun} is in the register. Read it and send If-Match with its ETag.`,
    );
  }
  const [first = {}, ...more] = partsOf(entry);
  const proposed = {
    ...{ version, entry: first, ...toldBy(by) },
    ...(kind.beginOf === undefined ? {} : { hash: entryHash(entry) }),
    ...(more.length === 0 ? {} : { parts: more.length + 1 }),
  };
  return [
    { type: `${kind.type}.proposed`, data: proposed },
    ...more.map((part, i): RegisterEvent => {
      return { type: `${kind.type}.continued`, data: { version, part: i + 2, entry: part } };
    }),
  ];
}

/** Versions are numbered without gaps, and one that was proposed never changes. */
function refuseNumber({ noun }: RegisterKind, wanted: number | undefined, next: number): void {
  if (wanted === undefined || wanted === next) return;
  if (wanted < next)
    throw new TieoutError(
      'version-exists',
      `Version ${wanted} of this ${noun} was proposed before and never changes. Propose version ${next}.`,
      { version: next },
    );
  throw new TieoutError('state-conflict', `The next version of this ${noun} is ${next}.`, {
    version: next,
  });
}

/** Hex SHA-256 of an entry's canonical JSON: the same rules have the same hash wherever they are. */
export const entryHash = (entry: JsonObject): string => sha256Hex(canonicalBytes(entry));

function decide(kind: RegisterKind, command: Decide, state: RegisterState): RegisterEvent[] {
  const { by, at, note } = command;
  const [verb, on] = subjectOf(kind, command, state);
  if (on === undefined) return [];
  const decided = {
    version: on.version,
    at,
    ...toldBy(by),
    ...(note === undefined ? {} : { note }),
  };
  return [{ type: `${kind.type}.${verb}`, data: decided }];
}

type Subject = readonly [DecisionVerb, RegisterVersion | undefined];

/** What is decided about; undefined when that is decided already in the same way. */
function subjectOf(
  kind: RegisterKind,
  { kind: what, by, at, version }: Decide,
  state: RegisterState,
): Subject {
  if (what === 'approve' || what === 'reject') {
    const waiting = waitingOf(state);
    if (waiting === undefined) throw nothing(`No ${kind.noun} waits for a decision.`);
    if (version !== undefined && version !== waiting.version)
      throw nothing(`Version ${waiting.version} of this ${kind.noun} waits, not ${version}.`);
    if (what === 'approve') {
      refuseOwn(kind, waiting, by);
      refuseReachingBack(kind, waiting.entry, at);
    }
    return [what === 'approve' ? 'approved' : 'rejected', waiting];
  }
  const inForce = inForceOf(state);
  if (inForce === undefined) throw nothing(`No version of this ${kind.noun} is in force.`);
  if (what === 'revoke') return ['revoked', inForce];
  if (isFor(kind, inForce, by))
    throw samePerson(`Whom the ${kind.noun} is for gives no evidence for it, nor reviews it.`);
  const verb = what === 'evidence' ? 'evidenced' : 'reviewed';
  return [verb, inForce[verb] === undefined ? inForce : undefined];
}

function refuseReachingBack(kind: RegisterKind, entry: JsonObject, at: Instant): void {
  const begin = kind.beginOf?.(entry);
  if (begin !== undefined) refuseBackdated(begin, firstDayAfter(at));
}

function refuseOwn(kind: RegisterKind, waiting: RegisterVersion, by: Party): void {
  if (isSameParty(by, waiting))
    throw samePerson(`Who proposed the ${kind.noun} cannot approve it.`);
  if (isFor(kind, waiting, by)) throw samePerson(`Whom the ${kind.noun} is for cannot approve it.`);
}

/** Whom an entry is for has no client of its own in it. */
function isFor({ beneficiaryOf }: RegisterKind, { entry }: RegisterVersion, by: Party): boolean {
  return isSameParty(by, { by: '', byPerson: beneficiaryOf?.(entry) });
}

const nothing = (detail: string) => new TieoutError('state-conflict', detail);
const samePerson = (detail: string) =>
  new TieoutError('same-person', detail, { rule: 'control-registers' });

function evolve(state: RegisterState, event: RegisterEvent): RegisterState {
  const verb = event.type.slice(event.type.lastIndexOf('.') + 1) as RegisterVerb;
  if (verb === 'proposed') {
    return { versions: [...state.versions, event.data as RegisterProposed] };
  }
  if (verb === 'continued') {
    const { version, entry } = event.data as RegisterContinued;
    const grown = (one: RegisterVersion) => ({ ...one, entry: joined(one.entry, entry) });
    return { versions: state.versions.map((one) => (one.version === version ? grown(one) : one)) };
  }
  const decided = event.data as RegisterDecided;
  return {
    versions: state.versions.map((one) =>
      one.version === decided.version ? { ...one, [verb]: decided } : one,
    ),
  };
}
