import { type LedgerStore, type NewEvent, type StoreLimits } from '../../../src/event-store';

/** What a harness may be unable to stage; the cases that need it are then not registered. */
export type Capability =
  | 'restart'
  | 'kill'
  | 'second-opening'
  | 'second-reader'
  | 'lost-request'
  | 'lost-reply'
  | 'silence'
  | 'outage'
  | 'full'
  | 'busy'
  | 'tamper';

export type Fault = 'none' | 'lose-request' | 'lose-reply' | 'silence' | 'die' | 'full';

/** An edit of what is stored, made behind the store's back. Revisions count from 0. */
export type Tampering =
  | { readonly kind: 'remove'; readonly stream: string; readonly revisions: readonly bigint[] }
  | { readonly kind: 'change-byte'; readonly stream: string; readonly revision: bigint }
  | {
      readonly kind: 'replace';
      readonly stream: string;
      readonly revision: bigint;
      readonly event: Partial<NewEvent>;
    };

export interface Call {
  readonly stream: string;
  readonly events: readonly NewEvent[];
}

/** One adapter on a stage: opened fresh for each case, cleaned up after it. */
export interface Stage {
  open(limits?: Partial<StoreLimits>): Promise<LedgerStore>;
  /** closes the store and opens the same ledger again */
  reopen(): Promise<LedgerStore>;
  /** tries to open the same ledger a second time, while the first is open */
  openSecond(): Promise<LedgerStore>;
  /** reads every entry of the ledger through another connection */
  readElsewhere(): Promise<readonly Uint8Array[]>;
  fault(fault: Fault): Promise<void>;
  tamper(tampering: Tampering): Promise<void>;
  /** another process appends many streams at once and is killed; answers what it had been promised */
  killAppender(): Promise<{ readonly calls: readonly Call[]; readonly acknowledged: number[] }>;
  /** another process opens the ledger, is killed; resolves when it is gone. `while` runs while it holds the ledger */
  killHolder(whileHeld: () => Promise<void>): Promise<void>;
  /** live waits, statements and listeners that the store holds for its readers */
  openResources(): number;
  cleanup(): Promise<void>;
}

export interface Harness {
  readonly capabilities: ReadonlySet<Capability>;
  /** how many cases must be registered: a lost capability shows here and does not pass in silence */
  readonly cases: number;
  stage(): Promise<Stage>;
}

export interface ContractCase {
  /** number in the list of the event store's design */
  readonly no: number;
  readonly title: string;
  readonly needs?: readonly Capability[];
  readonly timeoutMs?: number;
  run(stage: Stage): Promise<void>;
}
