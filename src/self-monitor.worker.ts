import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, type MessagePort, workerData } from 'node:worker_threads';
import { type MonitorMessage, monitorRound, waitAfter } from './sealing';
import { type MonitorThreadData, type ToMonitor } from './self-monitor-thread';

/** Between two rounds of a short log. */
const REST_MS = 10 * 60 * 1_000;

/** The thread that re-reads the ledger round after round, within its budget. */
class MonitorThread {
  private readonly ended = new AbortController();
  private wake = new AbortController();
  private isUrgent = false;

  constructor(
    private readonly port: MessagePort,
    private readonly data: MonitorThreadData,
  ) {
    port.on('message', (message: ToMonitor) => {
      if (message === 'end') this.ended.abort();
      else this.isUrgent = true;
      this.wake.abort();
    });
  }

  async run(): Promise<void> {
    while (!this.ended.signal.aborted) {
      await this.round();
      this.isUrgent = false;
      await this.sleep(REST_MS);
    }
    this.port.close();
  }

  private async round(): Promise<void> {
    const begun = performance.now();
    let total = 0;
    let since = begun;
    try {
      const report = await monitorRound({
        folder: this.data.folder,
        signal: this.ended.signal,
        onProgress: (done, of) => {
          total = of;
          this.tell({ kind: 'progress', done, total });
        },
        pace: async (places) => {
          const worked = performance.now() - since;
          if (!this.isUrgent)
            await this.sleep(waitAfter({ places, worked }, this.data.budget, total));
          since = performance.now();
        },
      });
      this.tell({ kind: 'round', report, seconds: (performance.now() - begun) / 1_000 });
    } catch (error) {
      this.tell({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Until the time is over, a round is asked for, or the end. */
  private async sleep(ms: number): Promise<void> {
    if (this.ended.signal.aborted || this.isUrgent) return;
    this.wake = new AbortController();
    // An abort is the end of the wait that was asked for.
    await delay(ms, undefined, { signal: this.wake.signal }).catch(() => undefined);
  }

  private tell(message: MonitorMessage): void {
    this.port.postMessage(message);
  }
}

function run(): void {
  if (parentPort === null) throw new TypeError('this file is the entry of a worker thread');
  void new MonitorThread(parentPort, workerData as MonitorThreadData).run();
}

run();
