import { type SignOffLevel } from '../close/period.events';
import {
  type AutoCertified,
  type NotAutoCertified,
  type Rejected,
  type Signed,
  type SignOffEvent,
  type Withdrawn,
} from './sign-off.events';

export interface SignatureState extends Signed {
  /** `live` is active or suspended, as its hash is the live one or not */
  readonly status: 'live' | 'superseded' | 'withdrawn' | 'rejected';
  readonly ended?: Rejected | Withdrawn;
}

/** Signatures of one reconciliation. Plain JSON: the read model keeps it as it is. */
export interface SignOffState {
  /** in the order in which they were given */
  readonly signatures: readonly SignatureState[];
  readonly auto?: AutoCertified;
  readonly notAuto?: NotAutoCertified;
  /** the last rejection, until the reconciliation is prepared again */
  readonly rejected?: Rejected;
  /** how often a comparison was recorded: each record has an id of its own */
  readonly comparisons: number;
  /** what the last record says */
  readonly isSuspended: boolean;
}

export const UNSIGNED: SignOffState = { signatures: [], comparisons: 0, isSuspended: false };

export function evolveSignOff(state: SignOffState, event: SignOffEvent): SignOffState {
  switch (event.type) {
    case 'reconciliation.prepared':
      return prepared(state, event.data);
    case 'reconciliation.signed':
      return signed(state, event.data);
    case 'reconciliation.rejected':
      return { ...ended(state, () => true, 'rejected', event.data), rejected: event.data };
    case 'reconciliation.withdrawn': {
      const { level } = event.data;
      return ended(state, (one) => one.level === level, 'withdrawn', event.data);
    }
    case 'reconciliation.suspended':
    case 'reconciliation.restored': {
      const isSuspended = event.type === 'reconciliation.suspended';
      return { ...state, isSuspended, comparisons: state.comparisons + 1 };
    }
    case 'reconciliation.auto-certified':
      return { ...state, auto: event.data };
    case 'reconciliation.not-auto-certified':
      return { ...state, notAuto: event.data };
  }
}

/** Preparing again supersedes every signature on what was there before. */
function prepared(state: SignOffState, data: Signed): SignOffState {
  const { signatures } = ended(state, () => true, 'superseded');
  return {
    signatures: [...signatures, { ...data, status: 'live' }],
    comparisons: state.comparisons,
    isSuspended: false,
  };
}

/** The same level signed again on another hash supersedes the earlier signature of that level. */
function signed(state: SignOffState, data: Signed): SignOffState {
  const before = ended(state, (one) => one.level === data.level, 'superseded');
  return { ...before, signatures: [...before.signatures, { ...data, status: 'live' }] };
}

function ended(
  state: SignOffState,
  isMeant: (one: SignatureState) => boolean,
  status: Exclude<SignatureState['status'], 'live'>,
  by?: Rejected | Withdrawn,
): SignOffState {
  const end = by === undefined ? {} : { ended: by };
  return {
    ...state,
    signatures: state.signatures.map((one) =>
      one.status === 'live' && isMeant(one) ? { ...one, status, ...end } : one,
    ),
  };
}

/** Signatures that stand, active or suspended, by level. */
export const liveSignatures = ({ signatures }: SignOffState): readonly SignatureState[] =>
  signatures.filter(({ status }) => status === 'live');

export type ReconciliationStatus =
  | 'not-started'
  | 'in-preparation'
  | 'prepared'
  | 'in-review'
  | 'approved'
  | 'auto-certified'
  | 'certified'
  | 'suspended';

/** What the status of a reconciliation follows from. */
export interface StatusFacts {
  readonly signOff: SignOffState;
  readonly liveHash: string;
  readonly levels: readonly SignOffLevel[];
  /** a run or a batch is there */
  readonly isStarted: boolean;
  /** the certification of the period covers these figures */
  readonly isCertified: boolean;
}

/** Active and suspended are told apart by comparing hashes, never by a message. */
export function statusOf(facts: StatusFacts): ReconciliationStatus {
  const { signOff, liveHash, levels } = facts;
  const live = liveSignatures(signOff);
  if (live.length === 0 && signOff.auto === undefined)
    return facts.isStarted ? 'in-preparation' : 'not-started';
  if (live.length === 0)
    return signOff.auto?.file.sha256 === liveHash
      ? certified(facts, 'auto-certified')
      : 'suspended';
  if (live.some(({ file }) => file.sha256 !== liveHash)) return 'suspended';
  const signedLevels = new Set(live.map(({ level }) => level));
  if (levels.every((level) => signedLevels.has(level))) return certified(facts, 'approved');
  return live.length > 1 ? 'in-review' : 'prepared';
}

const certified = (
  { isCertified }: StatusFacts,
  otherwise: ReconciliationStatus,
): ReconciliationStatus => (isCertified ? 'certified' : otherwise);

/** True when the close may rest on it. */
export const isSettled = (status: ReconciliationStatus): boolean =>
  status === 'approved' || status === 'auto-certified' || status === 'certified';
