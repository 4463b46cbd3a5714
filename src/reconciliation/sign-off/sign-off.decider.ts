import { type Decider } from '../../kernel/decider';
import { TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { type EarlierParty, isSameParty, type Party, toldBy } from '../../kernel/party';
import { type Instant } from '../../kernel/runtime';
import { checkGuards, type Guard } from '../close/guard.policy';
import { type Acted, type SignOffLevel } from '../close/period.events';
import { type FileRef } from '../imports/batch.events';
import {
  type AutoCertified,
  type Compared,
  type NotAutoCertified,
  type SignOffEvent,
} from './sign-off.events';
import {
  evolveSignOff,
  liveSignatures,
  type SignatureState,
  type SignOffState,
  UNSIGNED,
} from './sign-off-state.policy';

interface By {
  readonly by: Party;
  readonly at: Instant;
  /** what forbids any decision now; a repeat of an earlier request does not get here */
  readonly refused: TieoutError | undefined;
}

export type SignOffCommand =
  | (By & {
      readonly kind: 'sign';
      readonly level: SignOffLevel;
      readonly statement: string;
      /** the hash that the signer saw */
      readonly hash: string;
      /** the statement as it is now; its SHA-256 is the live hash */
      readonly file: FileRef;
      /** levels that the requirement asks for, in their order */
      readonly levels: readonly SignOffLevel[];
      readonly guards: readonly Guard[];
      /** who matched lines or proposed adjustments in it: they do not review or approve */
      readonly workers: readonly EarlierParty[];
    })
  | (By & { readonly kind: 'reject'; readonly reason: string })
  | (By & { readonly kind: 'withdraw'; readonly level: SignOffLevel; readonly reason: string })
  | ({ readonly kind: 'compare' } & Compared)
  | { readonly kind: 'auto-certify'; readonly certified: AutoCertified }
  | { readonly kind: 'not-auto-certified'; readonly found: NotAutoCertified };

type Sign = Extract<SignOffCommand, { readonly kind: 'sign' }>;

/** Preparer, reviewer and approver of one reconciliation: different persons, in this order, on one hash. */
export const signOff: Decider<SignOffCommand, SignOffEvent, SignOffState> = {
  initial: UNSIGNED,
  decide(command, state) {
    if ('refused' in command && command.refused !== undefined) throw command.refused;
    switch (command.kind) {
      case 'sign':
        return sign(command, state);
      case 'reject':
        return reject(command, state);
      case 'withdraw':
        return withdraw(command, state);
      case 'compare':
        return compare(command, state);
      case 'auto-certify':
        if (state.auto?.file.sha256 === command.certified.file.sha256) return [];
        return [event('reconciliation.auto-certified', command.certified)];
      case 'not-auto-certified':
        if (state.notAuto?.live === command.found.live) return [];
        return [event('reconciliation.not-auto-certified', command.found)];
    }
  },
  evolve: evolveSignOff,
};

const acted = ({ by, at }: Pick<By, 'by' | 'at'>): Acted => ({ ...toldBy(by), at });

function sign(command: Sign, state: SignOffState): readonly SignOffEvent[] {
  const { level, levels, hash, file, by, statement } = command;
  if (hash !== file.sha256) throw hashMoved(hash, file.sha256);
  if (!levels.includes(level))
    throw conflict(
      `This reconciliation is signed by ${levels.join(', ')}.`,
      'not-required',
      levels,
    );
  const live = liveSignatures(state);
  const data = { level, statement, file, ...acted(command) };
  if (level === 'PREPARE') {
    if (isActive(live, 'PREPARE', hash) && live.length > 0)
      throw conflict('It is prepared on these figures.', 'prepared', levels.slice(1));
    checkGuards(command.guards);
    return [event('reconciliation.prepared', data)];
  }
  const before = levels.slice(0, levels.indexOf(level));
  const missing = before.find((one) => !isActive(live, one, hash));
  if (missing !== undefined)
    throw conflict(`${missing} comes before ${level}, on the same figures.`, 'unsigned', [missing]);
  if (isActive(live, level, hash)) throw conflict(`${level} is signed.`, 'signed', []);
  for (const earlier of live) refuseSame(by, earlier, `signed ${earlier.level}`);
  for (const worker of command.workers) refuseSame(by, worker, 'worked on its matches');
  return [event('reconciliation.signed', data)];
}

const isActive = (live: readonly SignatureState[], level: SignOffLevel, hash: string): boolean =>
  live.some((one) => one.level === level && one.file.sha256 === hash);

function refuseSame(by: Party, earlier: EarlierParty, what: string): void {
  if (!isSameParty(by, earlier)) return;
  throw new TieoutError(
    'same-person',
    `Who ${what} cannot sign here: not under another account, nor through a delegate.`,
    { rule: 'sign-off' },
  );
}

/** A reviewer or approver sends it back. Whoever prepared it withdraws instead. */
function reject(
  command: Extract<SignOffCommand, { readonly kind: 'reject' }>,
  state: SignOffState,
): readonly SignOffEvent[] {
  const live = liveSignatures(state);
  if (live.length === 0)
    throw conflict('Nothing is signed that could be rejected.', 'unsigned', []);
  const preparer = live.find(({ level }) => level === 'PREPARE');
  if (preparer !== undefined) refuseSame(command.by, preparer, 'prepared it');
  return [event('reconciliation.rejected', { reason: command.reason, ...acted(command) })];
}

function withdraw(
  command: Extract<SignOffCommand, { readonly kind: 'withdraw' }>,
  state: SignOffState,
): readonly SignOffEvent[] {
  const { level, reason, by } = command;
  const live = liveSignatures(state);
  const mine = live.findIndex((one) => one.level === level);
  const signature = live[mine];
  if (signature === undefined)
    throw conflict(
      `${level} is not signed.`,
      'unsigned',
      live.map((one) => one.level),
    );
  if (by.client !== signature.by && (by.person === undefined || by.person !== signature.byPerson))
    throw new TieoutError('same-person', 'Only who signed withdraws. A higher level rejects.', {
      rule: 'sign-off',
    });
  if (mine < live.length - 1)
    throw conflict('A higher level has signed. It has to reject.', 'signed', ['reject']);
  return [event('reconciliation.withdrawn', { level, reason, ...acted(command) })];
}

/** Says what the comparison of hashes shows already; a record that says so is not repeated. */
function compare({ signed, live }: Compared, state: SignOffState): readonly SignOffEvent[] {
  if (liveSignatures(state).length === 0 && state.auto === undefined) return [];
  const isSuspended = signed !== live;
  if (isSuspended === state.isSuspended) return [];
  const type = isSuspended ? 'reconciliation.suspended' : 'reconciliation.restored';
  return [event(type, { signed, live })];
}

export const hashMoved = (signed: string, live: string, differing: JsonObject = {}) =>
  new TieoutError('hash-moved', 'The figures moved. Read them, then sign what they are now.', {
    signed,
    live,
    ...differing,
  });

const conflict = (detail: string, state: string, legal: readonly string[]) =>
  new TieoutError('state-conflict', detail, { state, legal: [...legal] });

const event = (type: SignOffEvent['type'], data: object): SignOffEvent =>
  ({ type, data: data as JsonObject }) as unknown as SignOffEvent;
