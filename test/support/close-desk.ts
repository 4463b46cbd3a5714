import { camtXml, type EntrySpec } from './camt-file';
import { type Body, ReconDesk } from './recon-desk';
import { type Agent } from './test-app';

const SCOPES: Readonly<Record<string, readonly string[]>> = {
  ann: ['recon.work', 'ledger.read'],
  bob: ['recon.review', 'ledger.read'],
  cat: ['approve', 'ledger.read'],
  max: ['close.manage', 'ledger.read'],
  cora: ['close.certify', 'close.manage', 'recon.review', 'ledger.read'],
};

export type Person = 'ann' | 'bob' | 'cat' | 'max' | 'cora';

/** A month's close by several persons: Ann prepares, Bob reviews, Cat approves, Max runs it, Cora closes. */
export class CloseDesk {
  private keys = 0;

  private constructor(
    readonly recon: ReconDesk,
    private readonly agents: ReadonlyMap<string, Agent>,
    private readonly admin: Agent,
  ) {}

  static async open(): Promise<CloseDesk> {
    const recon = await ReconDesk.open();
    const agents = new Map<string, Agent>();
    for (const [person, scopes] of Object.entries(SCOPES))
      agents.set(person, await recon.app.as(person, scopes, { kind: 'person' }));
    const admin = await recon.app.as('clerk', ['config.manage']);
    return new CloseDesk(recon, agents, admin);
  }

  close(): Promise<void> {
    return this.recon.close();
  }

  as(person: string): Agent {
    const agent = this.agents.get(person);
    if (agent === undefined) throw new Error(`nobody is called ${person}`);
    return agent;
  }

  /** Another account of somebody, with scopes of its own. */
  async hire(client: string, scopes: readonly string[]): Promise<void> {
    const agent = await this.recon.app.as(client, scopes, { kind: 'person' });
    (this.agents as Map<string, Agent>).set(client, agent);
  }

  /** The register says which person is behind a client. */
  async identify(client: string, person: string): Promise<void> {
    const path = `/v1/controls/accounts/tieout/${client}`;
    const body = { kind: 'human', person, validFrom: '2020-01-01T00:00:00.000Z' };
    const put = await this.admin.put(path).send(body);
    expect(put.status).toBe(201);
    const approved = await this.post('cat', `${path}/approve`, undefined);
    expect(approved.status).toBe(200);
  }

  async lend(principal: string, delegate: string): Promise<void> {
    const opened = await this.admin
      .post('/v1/controls/delegations')
      .set('Idempotency-Key', this.key())
      .send({
        principal,
        delegate,
        duties: ['JE-APPROVE'],
        entity: 'E_DE',
        from: '2026-01-01T00:00:00.000Z',
        to: '2027-01-01T00:00:00.000Z',
      });
    expect(opened.status).toBe(201);
    const { id } = opened.body as { id: string };
    const path = `/v1/controls/delegations/${id}/approve`;
    expect((await this.post('cat', path, undefined)).status).toBe(200);
    await this.recon.app.settle();
  }

  post(
    person: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ) {
    const request = this.as(person).post(path).set('Idempotency-Key', this.key());
    for (const [name, value] of Object.entries(headers)) void request.set(name, value);
    return body === undefined ? request : request.send(body);
  }

  /** A step of a period, on the revision that is there now. */
  async step(person: string, path: string, body: object = {}) {
    const { revision } = (await this.recon.get('/v1/periods/E_DE/2026-11')) as { revision: number };
    return this.post(person, `/v1/periods/E_DE/2026-11/${path}`, body, {
      'If-Match': `"rev-${revision}"`,
    });
  }

  async reconciliation(id = 'bank.2026-11.E_DE'): Promise<Body> {
    return this.recon.get(`/v1/recon/reconciliations/${id}`);
  }

  /** Signs the figures as they are. */
  async sign(person: string, level: string, hash?: string, id = 'bank.2026-11.E_DE') {
    const live = hash ?? ((await this.reconciliation(id))['hash'] as string);
    return this.post(
      person,
      `/v1/recon/reconciliations/${id}/sign-offs`,
      { level, statement: 'The figures tie out and every item is explained.' },
      { 'If-Match': `"${live}"` },
    );
  }

  async certify(person: string, path = '/v1/periods/E_DE/2026-11') {
    await this.recon.app.settle();
    const snapshot = await this.as(person).get(`${path}/snapshot`);
    expect(snapshot.status).toBe(200);
    const statement = 'The accounts of the period are reconciled.';
    const etag = snapshot.headers['etag'] as string;
    return this.post(person, `${path}/certification`, { statement }, { 'If-Match': etag });
  }

  /** Opens November, pays one bill that the bank has too, and closes. */
  async closeNovember(requires: object = { definition: 'bank' }): Promise<void> {
    const path = '/v1/periods/E_DE/2026-11';
    await this.post('max', `${path}/open`, { requires: [requires] }).expect(201);
    await this.recon.pay('PAY-1', '50.00');
    await this.recon.upload(november('S-1', '100.00', { amount: '50.00', endToEndId: 'PAY-1' }));
    await this.recon.run('commit', '2026-11-30');
    const replies = [
      await this.step('max', 'soft-close'),
      await this.sign('ann', 'PREPARE'),
      await this.sign('bob', 'REVIEW'),
      await this.certify('cora'),
      await this.step('cora', 'close'),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 201, 201, 201, 200]);
  }

  private key(): string {
    this.keys += 1;
    return `close-${this.keys}`;
  }
}

/** The bank's statement of November 2026, which ends on the last day. */
export const november = (id: string, opening: string, ...entries: readonly EntrySpec[]): string =>
  camtXml({
    statements: [
      {
        id,
        opening,
        openingDate: '2026-11-01',
        closingDate: '2026-11-30',
        entries: entries.map((e) => ({ date: '2026-11-30', direction: 'DBIT' as const, ...e })),
      },
    ],
  });
