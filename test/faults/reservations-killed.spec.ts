import { rmSync } from 'node:fs';
import { ApiClient } from '../../src/client/api-client';
import { ServiceProcess } from '../support/service-process';
import { registerSource } from '../support/service-source';

const CALLERS = 24;
/** Of a budget of 100.00, each caller wants 10.00. */
const FITTING = 10;
const ANSWERED_BEFORE_KILL = 3;

interface Answer {
  readonly checkId: string;
  readonly decision: string;
  readonly line: { readonly id: string };
}

const budget = {
  ...{ specversion: '1.0', id: 'B1-released', source: 'https://erp.example/' },
  ...{ type: 'tieout.budget.released', time: '2026-01-05T09:12:00.000Z' },
  data: {
    entity: 'E_DE',
    object: { type: 'budget', id: 'B1' },
    transition: { action: 'released', to: 'released' },
    actor: { account: 'planner', kind: 'person' },
    amount: { amount: '100.00', currency: 'EUR' },
    dimensions: { costCenter: 'CC1', period: '2026' },
  },
};

const request = {
  ...{ entity: 'E_DE', date: '2026-03-15', dimensions: { costCenter: 'CC1' } },
  ...{ amount: { amount: '10.00', currency: 'EUR' }, reserveFor: 'PT24H' },
};

async function callerKey(service: ServiceProcess): Promise<string> {
  const bootstrap = new ApiClient(service.url, service.bootstrapKey());
  const scopes = ['controls.check', 'ledger.read'];
  const { body } = await bootstrap.command<{ secret: string }>('/v1/access/keys', 'two', {
    ...{ client: 'procurement', kind: 'service', scopes },
  });
  return body.secret;
}

const ask = async (service: ServiceProcess, key: string, n: number): Promise<Answer> => {
  const client = new ApiClient(service.url, key);
  return (await client.command<Answer>('/v1/checks/budget', `caller-${n}`, request)).body;
};

describe('kill -9 while many reserve the same budget', () => {
  it('keeps what was answered, and repeats end with exactly what the budget holds', async () => {
    let service = await ServiceProcess.start();
    const { dataDir } = service;
    const key = await registerSource(service);
    const callers = await callerKey(service);
    await new ApiClient(service.url, key).send('/v1/events', {
      ...{ method: 'POST', body: JSON.stringify(budget) },
      headers: { 'Content-Type': 'application/cloudevents+json' },
    });

    const before = new Map<number, Answer>();
    const all = Array.from({ length: CALLERS }, async (_, n) => {
      before.set(n, await ask(service, callers, n));
      if (before.size === ANSWERED_BEFORE_KILL) await service.kill();
    });
    await Promise.allSettled(all);
    expect(before.size).toBeGreaterThanOrEqual(ANSWERED_BEFORE_KILL);
    expect(before.size).toBeLessThan(CALLERS);

    service = await ServiceProcess.start(dataDir);
    const after = await Promise.all(
      Array.from({ length: CALLERS }, (_, n) => ask(service, callers, n)),
    );
    for (const [n, answer] of before) expect(after[n]).toEqual(answer);
    const allowed = after.filter(({ decision }) => decision === 'allow');
    expect(allowed).toHaveLength(FITTING);
    expect(new Set(allowed.map(({ checkId }) => checkId)).size).toBe(FITTING);

    const last = await new ApiClient(service.url, callers).command<{
      readonly figures: Readonly<Record<string, string>>;
    }>('/v1/checks/budget', 'last', request);
    expect(last.body.figures).toMatchObject({ reserved: '100.00', available: '0.00' });
    await service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 120_000);
});
