import { storeCorrupt, type TieoutError } from '../kernel/errors';
import { type JsonObject } from '../kernel/json';
import { type Clock, type Instant } from '../kernel/runtime';
import { type CheckReport, type Finding } from './check-report';

/** What the thread that re-reads the ledger says. */
export type MonitorMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'round'; readonly report: CheckReport; readonly seconds: number }
  | { readonly kind: 'failed'; readonly detail: string };

export interface MonitorState {
  readonly verdict: 'pending' | 'verified' | 'failed';
  /** events of the last whole round */
  readonly size: number;
  /** when that round ended */
  readonly at?: Instant;
  /** events a second of that round */
  readonly rate: number;
  readonly findingCount: number;
  /** the first bad position */
  readonly first?: Finding;
  /** the round that runs */
  readonly running?: { readonly done: number; readonly total: number; readonly since: Instant };
  /** why no round ended, if that was not a finding */
  readonly failure?: string;
}

export interface MonitorOptions {
  readonly clock: Clock;
  /** stops appends */
  halt(finding: TieoutError): void;
  /** keeps the evidence of a finding */
  keep(report: CheckReport, at: Instant): void;
  /** starts a round at once and without its budget */
  start(): void;
}

/**
 * What is known of the ledger by re-reading it in the background. A finding stops appends, and with them signatures, until
 * somebody restarts the service on a ledger that was put in order.
 */
export class SelfMonitor {
  private last: Omit<MonitorState, 'running'> = NOTHING;
  private running: MonitorState['running'];

  constructor(private readonly options: MonitorOptions) {}

  get state(): MonitorState {
    const { last, running } = this;
    return running === undefined ? last : { ...last, running };
  }

  /** Asks for a whole round at once. */
  requestRound(): MonitorState {
    this.running ??= { done: 0, total: 0, since: this.options.clock.now() };
    this.options.start();
    return this.state;
  }

  receive(message: MonitorMessage): void {
    const { clock } = this.options;
    if (message.kind === 'progress') {
      const since = this.running?.since ?? clock.now();
      this.running = { done: message.done, total: message.total, since };
      return;
    }
    this.running = undefined;
    if (message.kind === 'failed') this.last = { ...this.last, failure: message.detail };
    else this.endRound(message.report, message.seconds);
  }

  private endRound(report: CheckReport, seconds: number): void {
    // Stopped by the end of the service.
    if (report.result === 'not-finished') return;
    const at = this.options.clock.now();
    const size = report.size ?? 0;
    const rate = Math.round((report.checked['entries'] ?? 0) / Math.max(seconds, 0.001));
    const { findingCount, first } = report;
    const isGood = findingCount === 0;
    this.last = {
      verdict: isGood ? 'verified' : 'failed',
      ...{ size, at, rate, findingCount },
      ...(first === undefined ? {} : { first }),
    };
    if (isGood || first === undefined) return;
    this.options.keep(report, at);
    this.options.halt(haltOf(first, findingCount));
  }
}

const NOTHING = { verdict: 'pending', size: 0, rate: 0, findingCount: 0 } as const;

function haltOf(first: Finding, count: number): TieoutError {
  const { code, index, stream, revision } = first;
  const where = index === undefined ? '' : ` at index ${index}`;
  const members: JsonObject = {
    finding: code,
    findings: count,
    ...(index === undefined ? {} : { index }),
    ...(stream === undefined ? {} : { stream }),
    ...(revision === undefined ? {} : { revision: String(revision) }),
  };
  return storeCorrupt(`The self-monitor found ${code}${where}.`, members);
}
