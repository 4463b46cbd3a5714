import { type ApiClient, ApiProblem } from '../../src/client/api-client';
import { check } from './sealed-ledger';
import { type ServiceProcess } from './service-process';
import { submittedRequest } from './service-source';
import { join } from 'node:path';

export interface Recorded {
  readonly id: string;
  readonly index: number;
  /** reading with it waits until the views have reached the event */
  readonly token: string;
}

export interface ThroughFault {
  /** events after which the fault must have come */
  readonly eventsMax: number;
  /** called at each refusal */
  readonly onRefused?: () => void;
}

export interface Appended {
  readonly acknowledged: readonly Recorded[];
  /** status and code of each refusal */
  readonly refusals: readonly string[];
  /** successes since the last refusal */
  readonly inARow: number;
}

const REFUSALS_MAX = 200;
/** Successes in a row that show that the fault is over. */
export const RECOVERED = 5;

const VIEW_REQUESTS_MAX = 30;

/** Sends one event after the other, each again until it is recorded, until the fault came and went. Reads go on meanwhile. */
export async function appendThroughFault(
  client: ApiClient,
  { eventsMax, onRefused }: ThroughFault,
): Promise<Appended> {
  const acknowledged: Recorded[] = [];
  const refusals: string[] = [];
  let inARow = 0;
  while (acknowledged.length < eventsMax && !(refusals.length > 0 && inARow >= RECOVERED)) {
    try {
      acknowledged.push(await append(client, acknowledged.length));
      inARow += 1;
    } catch (error) {
      if (!(error instanceof ApiProblem) || refusals.length > REFUSALS_MAX) throw error;
      refusals.push(`${error.status} ${error.code}`);
      inARow = 0;
      const checkpoint = await client.raw('/v1/log/checkpoint');
      const [, size] = (await checkpoint.text()).split('\n');
      expect(Number(size)).toBeGreaterThanOrEqual(acknowledged.length);
      onRefused?.();
    }
  }
  return { acknowledged, refusals, inARow };
}

async function append(client: ApiClient, n: number): Promise<Recorded> {
  const { body, headers } = await client.send<{ id: string; index: number }>('/v1/events', {
    method: 'POST',
    json: submittedRequest(n, `requester${n}`),
    headers: { 'Content-Type': 'application/cloudevents+json' },
  });
  return { ...body, token: headers.get('Consistency-Token') ?? '' };
}

/** The views come back by themselves, after a pause that grew with each failure; each request waits a while for them. */
async function reached(client: ApiClient, token: string): Promise<void> {
  for (let requests = 1; ; requests += 1) {
    try {
      await client.get('/v1/access/me', { 'Consistency-Token': token });
      return;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== 'read-model-behind') throw error;
      if (requests === VIEW_REQUESTS_MAX) throw error;
    }
  }
}

/** All that was acknowledged can be read and proved; then the service ends and its ledger verifies. */
export async function expectAllThere(
  service: ServiceProcess,
  client: ApiClient,
  acknowledged: readonly Recorded[],
): Promise<void> {
  const last = acknowledged.at(-1)!;
  await reached(client, last.token);
  const health = await client.get<{ status: string }>('/health/ready');
  expect(health.body.status).toBe('ready');
  for (const { id, index } of acknowledged) {
    const { body } = await client.get<{ index: number }>(`/v1/events/${id}/proof`);
    expect(body.index).toBe(index);
  }
  await service.stop();
  const { findings, size } = await check(join(service.dataDir, 'ledgers/main'));
  expect(findings).toEqual([]);
  expect(size).toBeGreaterThan(last.index);
}
