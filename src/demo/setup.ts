import { ApiClient } from '../client/api-client';
import { ACCOUNTS, ENTITIES, RATES, SYSTEMS } from './company';

/** The keys that the demo works with, one for each part somebody plays. */
export interface DemoKeys {
  readonly integration: string;
  readonly admin: string;
  readonly approver: string;
  readonly controller: string;
}

/** In this order: the bootstrap key ends once an administrator and an approver have keys. */
const ROLES: Readonly<Record<keyof DemoKeys, readonly string[]>> = {
  integration: ['events.append'],
  controller: [
    'ledger.read',
    'log.read',
    'recon.work',
    'findings.work',
    'evidence.create',
    'evidence.read',
    'quarantine.work',
    'ops.read',
  ],
  admin: ['config.manage', 'access.manage', 'ledger.read'],
  approver: ['approve'],
};

/** Issues the keys with the bootstrap key; from then on that one has ended. */
export async function issueKeys(url: string, bootstrapKey: string): Promise<DemoKeys> {
  const bootstrap = new ApiClient(url, bootstrapKey);
  const keys: Partial<Record<keyof DemoKeys, string>> = {};
  for (const [role, scopes] of Object.entries(ROLES) as [keyof DemoKeys, readonly string[]][]) {
    const kind = role === 'integration' ? 'service' : 'person';
    const reply = await bootstrap.command<{ secret: string }>('/v1/access/keys', `demo-${role}`, {
      client: role,
      kind,
      scopes,
    });
    keys[role] = reply.body.secret;
  }
  return keys as DemoKeys;
}

/** Loads a rate for each date: without one, nobody could tell whether an amount is large. A second person approves each. */
export async function loadRates(
  url: string,
  keys: DemoKeys,
  dates: readonly string[],
): Promise<void> {
  const admin = new ApiClient(url, keys.admin);
  const approver = new ApiClient(url, keys.approver);
  for (const { currency, rate } of RATES) {
    for (const date of dates) {
      const path = `/v1/controls/exchange-rates/${currency}-EUR-${date}`;
      const json = { from: currency, to: 'EUR', date, rate, source: 'demo' };
      const name = `demo-rate-${currency}-${date}`;
      await admin.send(path, { method: 'PUT', json, headers: { 'Idempotency-Key': name } });
      await approver.command(`${path}/approve`, `${name}-approve`);
    }
  }
}

/** Registers the source systems and says which account belongs to which person; a second person approves each. */
export async function registerCompany(url: string, keys: DemoKeys): Promise<void> {
  const admin = new ApiClient(url, keys.admin);
  const approver = new ApiClient(url, keys.approver);
  for (const { id, uri } of SYSTEMS) {
    await admin.send(`/v1/sources/${id}`, {
      method: 'PUT',
      json: { uri, timeZone: ENTITIES[0].timeZone },
      headers: { 'If-None-Match': '*', 'Idempotency-Key': `demo-source-${id}` },
    });
  }
  for (const { system, account, kind, person } of ACCOUNTS) {
    const path = `/v1/controls/accounts/${system}/${account}`;
    const json = {
      kind,
      ...(person === undefined ? {} : { person }),
      validFrom: '2000-01-01T00:00:00.000Z',
    };
    const name = `demo-account-${system}-${account}`;
    await admin.send(path, { method: 'PUT', json, headers: { 'Idempotency-Key': name } });
    await approver.command(`${path}/approve`, `${name}-approve`);
  }
}
