import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config } from './config';
import { type SqliteStore } from './event-store/sqlite';
import { type Metrics } from './health/metrics';
import { millisOf } from './kernel/instant';
import { type Clock } from './kernel/runtime';
import { type CheckReport, SelfMonitor } from './sealing';
import { inlineMonitor, type MonitorLink, startMonitorThread } from './self-monitor-thread';

export interface OpenMonitor {
  readonly monitor: SelfMonitor;
  close(): Promise<void>;
}

/** Starts re-reading the ledger of a folder. Evidence of a finding is kept in `findings` beside it. */
export function openMonitor(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly folder: string;
  readonly store: SqliteStore;
  readonly metrics: Metrics;
}): OpenMonitor {
  const { config, clock, folder, store, metrics } = parts;
  const monitor = new SelfMonitor({
    clock,
    halt: (finding) => store.halt(finding),
    keep: (report, at) => keepEvidence(join(folder, 'findings'), report, at),
    start: () => link.start(),
  });
  const link = linkOf(config, folder, monitor);
  watch(metrics, monitor, clock);
  return { monitor, close: () => link.close() };
}

function watch(metrics: Metrics, monitor: SelfMonitor, clock: Clock): void {
  metrics.watchMonitor(() => {
    const { running, size, at, findingCount: findings } = monitor.state;
    const ageSeconds = at === undefined ? -1 : (millisOf(clock.now()) - millisOf(at)) / 1_000;
    return { position: running?.done ?? size, ageSeconds, findings };
  });
}

function linkOf(config: Config, folder: string, monitor: SelfMonitor): MonitorLink {
  const tell: SelfMonitor['receive'] = (message) => monitor.receive(message);
  if (!config.workers || config.monitorEvents === 0) return inlineMonitor(folder, tell);
  const budget = { eventsPerSecond: config.monitorEvents, percent: config.monitorPercent };
  return startMonitorThread(join(__dirname, 'self-monitor.worker.js'), { folder, budget }, tell);
}

/** One file a finding: what was found, as fsck would report it. */
function keepEvidence(folder: string, report: CheckReport, at: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = `${at.replaceAll(':', '-')}.json`;
  writeFileSync(join(folder, name), `${JSON.stringify(report, undefined, 2)}\n`, { mode: 0o600 });
}
