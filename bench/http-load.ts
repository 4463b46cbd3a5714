import { Agent, request } from 'node:http';
import { type BenchService, SOURCE } from './bench-service';
import { type Contender } from './rounds';

/** A transition event of some 600 bytes in its structured form. */
export const eventText = (round: string, n: number): string =>
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

/** One stream a round; the body is made before the clock runs and the results are only counted. */
export class BulkStream implements Contender {
  readonly name = 'bulk';
  peakMib = 0;
  private rounds = 0;
  private body = Buffer.alloc(0);

  constructor(
    private readonly service: BenchService,
    private readonly events: number,
  ) {}

  prepare(): void {
    this.rounds += 1;
    const lines = Array.from(
      { length: this.events },
      (_, n) => `${eventText(`b${this.rounds}`, n)}\n`,
    );
    this.body = Buffer.from(lines.join(''));
  }

  async round(): Promise<number> {
    const sample = (): void =>
      void (this.peakMib = Math.max(this.peakMib, this.service.residentMib()));
    const timer = setInterval(sample, 100);
    const results = await this.send();
    clearInterval(timer);
    if (results !== this.events + 1)
      throw new Error(`${results} results for ${this.events} events`);
    return this.events;
  }

  private send(): Promise<number> {
    const { url, key } = this.service;
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/x-ndjson' };
    return new Promise((resolve, reject) => {
      const call = request(new URL('/v1/events', url), { method: 'POST', headers }, (response) => {
        let lines = 0;
        response.on('data', (chunk: Buffer) => (lines += linesIn(chunk)));
        response.on('end', () => resolve(lines));
      });
      call.on('error', reject);
      call.end(this.body);
    });
  }
}

function linesIn(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** Callers that each send one event, wait for the reply, and send the next. */
export class Callers implements Contender {
  /** from the call to the end of its reply, of all counted rounds, in ms */
  readonly latencies: number[] = [];
  private rounds = 0;
  private bodies: Buffer[] = [];

  constructor(
    private readonly service: BenchService,
    private readonly shape: {
      readonly callers: number;
      readonly events: number;
      readonly path: string;
    },
  ) {}

  get name(): string {
    return this.shape.path;
  }

  prepare(): void {
    this.rounds += 1;
    const { events, path } = this.shape;
    this.bodies = Array.from({ length: events }, (_, n) =>
      Buffer.from(eventText(`${path}-${this.rounds}`, n)),
    );
  }

  async round(): Promise<number> {
    const agent = new Agent({ keepAlive: true, maxSockets: this.shape.callers });
    let next = 0;
    const caller = async (): Promise<void> => {
      for (let body = this.bodies[next++]; body !== undefined; body = this.bodies[next++]) {
        const start = performance.now();
        await this.send(agent, body);
        if (this.rounds > 1) this.latencies.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: this.shape.callers }, caller));
    agent.destroy();
    return this.bodies.length;
  }

  private send(agent: Agent, body: Buffer): Promise<void> {
    const { url, key } = this.service;
    const headers = {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/cloudevents+json',
      'Content-Length': body.length,
    };
    const to = new URL(this.shape.path, url);
    return new Promise((resolve, reject) => {
      const call = request(to, { method: 'POST', headers, agent }, (response) => {
        if (response.statusCode !== 201) reject(new Error(`status ${response.statusCode}`));
        response.resume();
        response.on('end', resolve);
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}
