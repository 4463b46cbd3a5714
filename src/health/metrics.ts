import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What waits for its seal on a node of a shared ledger. */
export interface SealFigures {
  /** events that are known and not sealed */
  readonly pending: number;
  /** age of the oldest of them, in milliseconds */
  readonly lagMs: number;
  /** why the node is not connected or cannot sign, in one sentence */
  readonly failure: string | undefined;
}

/** Figures for Prometheus. No label names a ledger, an entity or a person. */
export class Metrics {
  readonly registry = new Registry();

  private readonly requests = new Histogram({
    name: 'tieout_http_request_seconds',
    help: 'Time from the request to the end of the reply',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [this.registry],
  });
  private readonly committed = new Counter({
    name: 'tieout_events_committed_total',
    help: 'Events durable in the ledger since start',
    registers: [this.registry],
  });
  private readonly commits = new Counter({
    name: 'tieout_commits_total',
    help: 'Commits, each with one fsync and one checkpoint',
    registers: [this.registry],
  });

  constructor(lagEvents: () => number, logSize: () => number, seals?: SealFigures) {
    collectDefaultMetrics({ register: this.registry });
    this.gauge('tieout_read_model_lag_events', 'Events recorded and not yet readable', lagEvents);
    this.gauge('tieout_log_size', 'Leaves under the newest checkpoint', logSize);
    if (seals === undefined) return;
    this.gauge('tieout_seal_pending_events', 'Events recorded and not sealed', () => seals.pending);
    this.gauge('tieout_seal_lag_seconds', 'Age of the oldest of them', () => seals.lagMs / 1_000);
  }

  /** What the self-monitor knows; its age is that of the last whole round. */
  watchMonitor(read: () => { position: number; ageSeconds: number; findings: number }): void {
    const of = (help: string, name: string, value: () => number): void =>
      this.gauge(`tieout_monitor_${name}`, help, value);
    of('Events that the self-monitor has re-read in its round', 'position', () => read().position);
    of('Time since the last whole round', 'round_age_seconds', () => read().ageSeconds);
    of('Findings of the last whole round', 'findings', () => read().findings);
  }

  /** Up to which size others vouch for the log; -1 when nobody does. */
  watchAssurance(read: {
    witnessed(): { readonly size: number } | undefined;
    timestamped(): { readonly size: number } | undefined;
  }): void {
    const of = (by: 'witnessed' | 'timestamped', help: string): void =>
      this.gauge(`tieout_${by}_size`, help, () => read[by]()?.size ?? -1);
    of('witnessed', 'Largest size that a quorum of witnesses cosigned');
    of('timestamped', 'Largest size under a timestamp');
  }

  watchSeals(read: SealFigures): void {
    this.gauge(
      'tieout_seal_pending_events',
      'Events recorded and not yet sealed',
      () => read.pending,
    );
    this.gauge('tieout_seal_lag_seconds', 'Age of the oldest of them', () => read.lagMs / 1_000);
  }

  noteCommit(events: number): void {
    this.commits.inc();
    this.committed.inc(events);
  }

  noteRequest(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }

  private gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
