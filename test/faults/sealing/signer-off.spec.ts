import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder';
import { TestApp } from '../../support/test-app';

const folderOf = temporaryFolder();

describe('a service that must not sign', () => {
  it('answers what is read, refuses appends, and records again once it may sign', async () => {
    const data = join(folderOf(), 'data');
    const before = await TestApp.start({}, data);
    const key = await before.issueKey('admin', ['access.manage', 'log.read', 'ledger.read']);
    const size = before.runtime.log.size();
    await before.stop('keep');

    const issue = (app: TestApp) =>
      app
        .withKey(key)
        .post('/v1/access/keys')
        .set('Idempotency-Key', 'more')
        .send({ client: 'more', kind: 'service', scopes: ['ledger.read'] });
    const off = await TestApp.start({ TIEOUT_SIGNER: 'off' }, data);
    const read = await off.withKey(key).get('/v1/log/checkpoint');
    const refused = await issue(off);
    const health = await off.http.get('/health/ready');
    const sizeAfter = off.runtime.log.size();
    await off.stop('keep');
    expect(read.status).toBe(200);
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ code: 'ledger-halted' });
    expect((refused.body as { detail: string }).detail).toContain('TIEOUT_SIGNER=off');
    expect(health.status).toBe(503);
    expect(sizeAfter).toBe(size);

    const on = await TestApp.start({}, data);
    expect((await issue(on)).status).toBe(201);
    await on.stop();
  });

  it('does not start where there is no ledger yet', async () => {
    const data = join(folderOf(), 'data');
    await expect(TestApp.start({ TIEOUT_SIGNER: 'off' }, data)).rejects.toMatchObject({
      code: 'configuration',
    });
    expect(existsSync(data) ? readdirSync(data) : []).toEqual([]);
  });
});
