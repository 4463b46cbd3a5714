import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ApiClient } from '../src/client/api-client';

/** The option of Node that the image starts the service with. */
const AS_SHIPPED = '--max-semi-space-size=32';

export const SOURCE = 'https://erp.example/';

/** The built service in a process of its own, with its threads, on a new ledger; `POST /noop` is the one route more. */
export class BenchService {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly folder: string,
    readonly key: string,
  ) {}

  static async start(): Promise<BenchService> {
    const folder = mkdtempSync(join(tmpdir(), 'tieout-http-'));
    const env = { ...process.env, TIEOUT_DATA_DIR: folder, TIEOUT_PORT: '0' };
    const dist = join(process.cwd(), 'dist');
    const child = spawn(
      process.execPath,
      [AS_SHIPPED, join(process.cwd(), 'bench/noop-service.cjs'), dist],
      {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    for await (const line of createInterface({ input: child.stderr })) {
      const url = / at (http:\/\/\S+)$/.exec(line)?.[1];
      if (url === undefined) continue;
      child.stderr.resume();
      return new BenchService(child, url, folder, await prepare(url, folder));
    }
    throw new Error('the service did not start: run `npm run build` first');
  }

  get client(): ApiClient {
    return new ApiClient(this.url, this.key);
  }

  /** Resident memory of the service in MiB. */
  residentMib(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }

  /** Milliseconds until everything recorded can be read. @param token position to wait for; else the last one */
  async caughtUp(token?: string): Promise<number> {
    const start = performance.now();
    const wanted = token ?? (await this.lastPosition());
    for (;;) {
      const response = await fetch(new URL('/v1/access/me', this.url), {
        headers: { Authorization: `Bearer ${this.key}`, 'Consistency-Token': wanted },
      });
      await response.arrayBuffer();
      if (response.status === 200) return performance.now() - start;
    }
  }

  /** On the embedded store the position of the last event is the size of the log. */
  private async lastPosition(): Promise<string> {
    const headers = { Authorization: `Bearer ${this.key}` };
    const response = await fetch(new URL('/v1/log/checkpoint', this.url), { headers });
    return `s.${(await response.text()).split('\n')[1]}`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => {
      this.child.once('exit', resolve);
      this.child.kill('SIGTERM');
    });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function prepare(url: string, folder: string): Promise<string> {
  const key = readFileSync(join(folder, 'bootstrap.key'), 'utf8').trim();
  await viewsServed(url, key);
  const bootstrap = new ApiClient(url, key);
  const scopes = ['events.append', 'config.manage', 'ledger.read', 'log.read', 'ops.read'];
  const asked = { client: 'bench', kind: 'service', scopes };
  const { body } = await bootstrap.command<{ secret: string }>('/v1/access/keys', 'bench', asked);
  await new ApiClient(url, body.secret).send('/v1/sources/erp', {
    method: 'PUT',
    json: { uri: SOURCE, timeZone: 'Europe/Berlin' },
    headers: { 'If-None-Match': '*' },
  });
  return body.secret;
}

/** The service takes requests before its views do. */
async function viewsServed(url: string, key: string): Promise<void> {
  const headers = { Authorization: `Bearer ${key}` };
  for (;;) {
    const response = await fetch(new URL('/v1/access/me', url), { headers });
    await response.arrayBuffer();
    if (response.status !== 503) return;
  }
}
