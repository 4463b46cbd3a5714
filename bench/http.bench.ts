import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawTable } from './append-raw';
import { BenchService, SOURCE } from './bench-service';
import { type Contender, measure, perSecond, ratio, table } from './rounds';

/**
 * Appends over HTTP to the built service: an NDJSON stream, and single events by 64 callers that each wait for their own
 * receipt. Beside them raw better-sqlite3 at 1,000 rows a commit, in the same run on the same disk.
 */
const BULK_EVENTS = 100_000;
const ROUNDS = 3;
const CALLERS = 64;
const SINGLE_EVENTS = 12_800;

const eventLine = (round: string, n: number): string =>
  JSON.stringify({
    specversion: '1.0',
    id: `${round}-REQ-${n}-submitted`,
    source: SOURCE,
    type: 'tieout.requisition.submitted',
    time: '2026-10-05T09:12:00.000Z',
    correlationid: `p2p-${n}`,
    data: {
      entity: 'E_DE',
      object: { type: 'requisition', id: `${round}-REQ-${n}` },
      transition: { action: 'submitted', to: 'submitted' },
      actor: { account: `requester${n % 50}`, kind: 'person' },
      amount: { amount: '1190.00', currency: 'EUR' },
      dimensions: { costCenter: 'CC-4100', account: '160000' },
    },
  });

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-raw-'));
  const service = await BenchService.start();
  try {
    const shape = { title: 'raw', commits: BULK_EVENTS / 1_000, events: 1_000, callers: 1 };
    const bulk = new BulkStream(service);
    const before = service.residentMib();
    const [raw, streamed] = await measure(
      [new RawTable(join(folder, 'raw.db'), shape), bulk],
      ROUNDS,
    );
    const catchUpMs = await service.caughtUp(bulk.token);
    const { rate, p50, p99 } = await singles(service);
    const latency = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
    console.log(
      table(
        ['durable events/s: median (least-most)', 'rate', 'of raw at 1,000 a commit', 'latency'],
        [
          ['raw better-sqlite3', perSecond(raw!), '1.00', ''],
          ['HTTP, one NDJSON stream', perSecond(streamed!), ratio(streamed!, raw!).toFixed(2), ''],
          [
            `HTTP, ${CALLERS} callers, 1 event each`,
            String(Math.round(rate)),
            (rate / raw!.median).toFixed(2),
            latency,
          ],
        ],
      ),
    );
    console.log(
      `resident memory of the service: ${before} MiB before, ${bulk.peakMib} MiB at most while ${bulk.sent} events came in`,
    );
    console.log(`read model caught up ${Math.round(catchUpMs)} ms after the last of them\n`);
  } finally {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One stream a round; the body is made before the clock runs and the results are only counted. */
class BulkStream implements Contender {
  readonly name = 'bulk';
  peakMib = 0;
  sent = 0;
  private rounds = 0;
  private body = Buffer.alloc(0);

  constructor(private readonly service: BenchService) {}

  /** position of the last event */
  get token(): string {
    return `s.${this.sent + EVENTS_BEFORE}`;
  }

  prepare(): void {
    this.rounds += 1;
    const lines = Array.from(
      { length: BULK_EVENTS },
      (_, n) => `${eventLine(`b${this.rounds}`, n)}\n`,
    );
    this.body = Buffer.from(lines.join(''));
  }

  async round(): Promise<number> {
    const sample = (): void =>
      void (this.peakMib = Math.max(this.peakMib, this.service.residentMib()));
    const timer = setInterval(sample, 100);
    const results = await this.send();
    clearInterval(timer);
    if (results !== BULK_EVENTS + 1)
      throw new Error(`${results} results for ${BULK_EVENTS} events`);
    this.sent += BULK_EVENTS;
    return BULK_EVENTS;
  }

  private send(): Promise<number> {
    const headers = {
      Authorization: `Bearer ${this.service.key}`,
      'Content-Type': 'application/x-ndjson',
    };
    return new Promise((resolve, reject) => {
      const call = request(
        new URL('/v1/events', this.service.url),
        { method: 'POST', headers },
        (response) => {
          let lines = 0;
          response.on('data', (chunk: Buffer) => (lines += linesIn(chunk)));
          response.on('end', () => resolve(lines));
        },
      );
      call.on('error', reject);
      call.end(this.body);
    });
  }
}

/** Founding, bootstrap key, its use, the bench's key and its source. */
const EVENTS_BEFORE = 5;

function linesIn(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
  return lines;
}

async function singles(
  service: BenchService,
): Promise<{ readonly rate: number; readonly p50: number; readonly p99: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const latencies: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let n = next++; n < SINGLE_EVENTS; n = next++) {
      const start = performance.now();
      await single(service, agent, eventLine('s', n));
      latencies.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { rate: SINGLE_EVENTS / seconds, p50: at(0.5), p99: at(0.99) };
}

function single(service: BenchService, agent: Agent, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${service.key}`,
      'Content-Type': 'application/cloudevents+json',
    };
    const call = request(
      new URL('/v1/events', service.url),
      { method: 'POST', headers, agent },
      (response) => {
        if (response.statusCode !== 201) reject(new Error(`status ${response.statusCode}`));
        response.resume();
        response.on('end', resolve);
      },
    );
    call.on('error', reject);
    call.end(event);
  });
}

void main();
