import { mkdtempSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { agent as agentOf } from 'supertest';
import { issueBootstrapKey } from '../../src/bootstrap-key';
import { loadConfig } from '../../src/config';
import { createApp } from '../../src/create-app';
import { addMillis } from '../../src/kernel/instant';
import { type Clock, type Instant, type Pause, type Randomness } from '../../src/kernel/runtime';
import { type LedgerRuntime, openLedgerRuntime } from '../../src/ledger-runtime';

/** Time stands still until the test moves it. */
export class TestClock implements Clock {
  constructor(private instant: Instant = '2026-11-02T08:00:00.000Z') {}

  now(): Instant {
    return this.instant;
  }

  advance(ms: number): void {
    this.instant = addMillis(this.instant, ms);
  }
}

/** Reproducible bytes. */
export class TestRandomness implements Randomness {
  private n = 0;

  constructor(private readonly seed = 'test') {}

  bytes(length: number): Uint8Array {
    const blocks: Buffer[] = [];
    for (let have = 0; have < length; have += 32) {
      blocks.push(createHash('sha256').update(`${this.seed}/${this.n++}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, length);
  }
}

/** Background loops wait until they are stopped; a test that wants a round of one calls it. */
export const untilStopped: Pause = (_ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

export type Agent = ReturnType<typeof agentOf>;

/** The whole application on a real SQLite store in a folder of its own, on the main thread. */
export class TestApp {
  private keys = 0;

  private constructor(
    readonly runtime: LedgerRuntime,
    readonly app: NestFastifyApplication,
    readonly clock: TestClock,
    readonly dataDir: string,
    readonly bootstrapKey: string,
  ) {}

  static async start(
    env: Readonly<Record<string, string>> = {},
    dataDir?: string,
  ): Promise<TestApp> {
    const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'tieout-e2e-'));
    const config = loadConfig({
      TIEOUT_DATA_DIR: folder,
      TIEOUT_WORKERS: 'no',
      // Tests count events; one that wants commitments to heads says so.
      TIEOUT_HEADS_EVENTS: '0',
      TIEOUT_HEADS_MS: '0',
      TIEOUT_ORIGIN: 'tieout.example/acme',
      TIEOUT_LEDGER: 'acme',
      ...env,
    });
    const clock = new TestClock();
    const randomness = new TestRandomness(folder);
    const runtime = await openLedgerRuntime({
      ...{ config, clock, randomness },
      sleep: async () => {},
      pause: untilStopped,
    });
    const bootstrap = await issueBootstrapKey(runtime);
    const app = await createApp(runtime);
    return new TestApp(runtime, app, clock, folder, bootstrap?.key ?? '');
  }

  /** Requests without a credential. */
  get http(): Agent {
    return agentOf(this.app.getHttpServer());
  }

  /** Issues a key to a client and returns requests that carry it. Each client is one person or service. */
  async as(
    client: string,
    scopes: readonly string[],
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Agent> {
    return this.withKey(await this.issueKey(client, scopes, more));
  }

  async issueKey(
    client: string,
    scopes: readonly string[],
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    this.keys += 1;
    const reply = await this.http
      .post('/v1/access/keys')
      .set('Authorization', `Bearer ${this.bootstrapKey}`)
      .set('Idempotency-Key', `test-key-${this.keys}`)
      .send({ client, kind: 'service', scopes, ...more });
    if (reply.status !== 201)
      throw new Error(`no key: ${reply.status} ${JSON.stringify(reply.body)}`);
    return (reply.body as { secret: string }).secret;
  }

  withKey(key: string): Agent {
    return agentOf(this.app.getHttpServer()).set('Authorization', `Bearer ${key}`) as Agent;
  }

  /** Waits until everything recorded can be read. */
  settle(): Promise<void> {
    return this.runtime.settle(10_000);
  }

  /** Stops; the folder stays for a restart when asked. */
  async stop(keep: 'keep' | 'remove' = 'remove'): Promise<void> {
    await this.app.close();
    await this.runtime.close();
    if (keep === 'remove') rmSync(this.dataDir, { recursive: true, force: true });
  }
}
