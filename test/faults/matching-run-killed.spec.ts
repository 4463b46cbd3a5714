import { rmSync } from 'node:fs';
import { camtXml } from '../support/camt-file';
import { ServiceProcess } from '../support/service-process';

const ENTRIES = 3_000;
const statement = camtXml({
  statements: [
    {
      id: 'S-1',
      entries: Array.from({ length: ENTRIES }, (_, i) => ({
        date: '2026-11-03',
        direction: 'DBIT' as const,
        amount: '1.00',
        endToEndId: `PAY-${i}`,
      })),
    },
  ],
});

/** Requests of a preparer, as any client would send them. */
class Preparer {
  constructor(
    public service: ServiceProcess,
    private readonly key: string,
  ) {}

  static async of(service: ServiceProcess): Promise<Preparer> {
    const scopes = ['recon.work', 'ledger.read'];
    const reply = await new Preparer(service, service.bootstrapKey()).send(
      'POST',
      '/v1/access/keys',
      {
        body: JSON.stringify({ client: 'preparer', kind: 'service', scopes }),
      },
    );
    return new Preparer(service, String(reply.body.secret));
  }

  async send(
    method: string,
    path: string,
    { body, headers = {} }: { body?: string; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const reply = await fetch(`${this.service.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        'idempotency-key': 'once',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  }

  run(headers: Record<string, string> = {}) {
    const body = JSON.stringify({ definition: 'bank', cutoff: '2026-12-31', mode: 'commit' });
    return this.send('POST', '/v1/recon/runs', {
      body,
      headers: { 'idempotency-key': 'the-run', ...headers },
    });
  }
}

describe('kill -9 while a definition is matched', () => {
  const services: ServiceProcess[] = [];
  afterAll(async () => {
    for (const service of services) await service.kill();
    for (const { dataDir } of services) rmSync(dataDir, { recursive: true, force: true });
  });
  const start = async (dataDir?: string) => {
    const service = await ServiceProcess.start(dataDir);
    services.push(service);
    return service;
  };

  it('leaves no half result: the next start says so, and the same request repeats the run', async () => {
    const first = await start();
    const preparer = await Preparer.of(first);
    const imported = await preparer.send('POST', '/v1/recon/imports?source=bank&entity=E_DE', {
      body: statement,
      headers: { 'content-type': 'application/xml' },
    });
    expect(imported.status).toBe(202);
    const asked = await preparer.run({ prefer: 'respond-async' });
    expect([asked.status, asked.body.definition]).toEqual([202, 'bank']);
    expect(['queued', 'running']).toContain(asked.body.state);
    await first.kill();

    const second = await start(first.dataDir);
    preparer.service = second;
    const path = `/v1/recon/runs/${String(asked.body.id)}`;
    expect((await preparer.send('GET', path)).body).toMatchObject({ state: 'interrupted' });
    expect((await preparer.send('GET', '/v1/recon/runs')).body.items).toEqual([]);

    const repeated = await preparer.run();
    expect(repeated.body).toMatchObject({
      id: asked.body.id,
      result: { breaks: { UNMATCHED_B: ENTRIES } },
    });
  }, 120_000);
});
