import { type Agent, type TestApp } from './test-app';

/** Says who is behind which client, and who acts for whom; proposed by one, approved by another. */
export class People {
  private constructor(
    private readonly app: TestApp,
    private readonly registrar: Agent,
    private readonly approver: Agent,
  ) {}

  static async of(app: TestApp): Promise<People> {
    const registrar = await app.as('registrar', ['config.manage', 'ledger.read']);
    return new People(app, registrar, await app.as('registry-approver', ['approve']));
  }

  /** The client is an account of the person. */
  async account(client: string, person: string): Promise<void> {
    const path = `/v1/controls/accounts/tieout/${client}`;
    const mapping = { kind: 'human', person, validFrom: '2026-01-01T00:00:00.000Z' };
    await this.registrar.put(path).send(mapping).expect(201);
    await this.approve(path);
  }

  /** The delegate acts for the principal, this year. */
  async delegate(principal: string, delegate: string): Promise<void> {
    const lent = { principal, delegate, duties: ['JE-APPROVE'] };
    const span = { from: '2026-01-01T00:00:00.000Z', to: '2026-12-31T00:00:00.000Z' };
    const reply = await this.registrar
      .post('/v1/controls/delegations')
      .set('Idempotency-Key', `lend-${principal}-${delegate}`)
      .send({ ...lent, ...span })
      .expect(201);
    await this.approve(`/v1/controls/delegations/${(reply.body as { id: string }).id}`);
  }

  private async approve(path: string): Promise<void> {
    await this.approver
      .post(`${path}/approve`)
      .set('Idempotency-Key', `ok ${path}`.slice(-60).replaceAll(' ', '-'))
      .expect(200);
    await this.app.settle();
  }
}
