import { ApiClient, ApiProblem } from '../../src/client/api-client';
import { type ServiceProcess } from './service-process';

const SOURCE = 'https://erp.example/';

/** Makes a new service know one source. @returns the secret of the source's key, which may read the log too */
export async function registerSource(service: ServiceProcess): Promise<string> {
  const bootstrap = new ApiClient(service.url, service.bootstrapKey());
  await viewsServed(bootstrap);
  const scopes = ['events.append', 'config.manage', 'log.read', 'log.manage', 'ledger.read'];
  const { body } = await bootstrap.command<{ secret: string }>('/v1/access/keys', 'one', {
    client: 'erp',
    kind: 'service',
    scopes,
  });
  await new ApiClient(service.url, body.secret).send('/v1/sources/erp', {
    method: 'PUT',
    json: { uri: SOURCE, timeZone: 'Europe/Berlin' },
    headers: { 'If-None-Match': '*' },
  });
  return body.secret;
}

/** The service takes requests before its views do. */
async function viewsServed(client: ApiClient): Promise<void> {
  for (;;) {
    try {
      await client.send('/v1/access/me', {});
      return;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== 'read-model-behind') throw error;
    }
  }
}

/** A valid event of that source: requisition number `n` was submitted by an account. */
export const submittedRequest = (n: number, account = 'requester1'): object => ({
  specversion: '1.0',
  id: `REQ-${n}-submitted`,
  source: SOURCE,
  type: 'tieout.requisition.submitted',
  time: '2026-10-05T09:12:00.000Z',
  data: {
    entity: 'E_DE',
    object: { type: 'requisition', id: `REQ-${n}` },
    transition: { action: 'submitted', to: 'submitted' },
    actor: { account, kind: 'person' },
    amount: { amount: '10.00', currency: 'EUR' },
  },
});
