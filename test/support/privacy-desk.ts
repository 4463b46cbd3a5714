import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UpkeepLife } from '../../src/privacy/privacy.module';
import { type Agent, TestApp } from './test-app';
import { transitionData, transitionEvent } from './transition-events';

export const IBAN = 'DE75512108001245126199';
export const REASON = 'call from Ms Meier about her mother';
const SCOPES = ['privacy.manage', 'personal.read', 'ledger.read', 'controls.check'];

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A service with a source, two persons who may ask for erasures and approve them, and a connector. */
export class PrivacyDesk {
  private requests = 0;

  private constructor(
    public app: TestApp,
    private readonly keys: Readonly<Record<'asker' | 'approver' | 'connector', string>>,
  ) {}

  static async start(): Promise<PrivacyDesk> {
    const app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    await admin
      .put('/v1/sources/ap-hub')
      .set('If-None-Match', '*')
      .send({ uri: 'https://ap-hub.example/' })
      .expect(201);
    const keys = {
      asker: await app.issueKey('asker', SCOPES),
      approver: await app.issueKey('approver', SCOPES),
      connector: await app.issueKey('ap-connector', ['events.append', 'ledger.read']),
    };
    return new PrivacyDesk(app, keys);
  }

  as(who: 'asker' | 'approver' | 'connector'): Agent {
    return this.app.withKey(this.keys[who]);
  }

  /** An event with a reason and a payee's IBAN, of the account that is named. */
  static event(invoice: string, account = 'kmeier'): object {
    return transitionEvent({
      id: invoice,
      data: transitionData({
        object: { type: 'invoice', id: invoice },
        actor: { account, kind: 'person' },
        reason: REASON,
        personal: { payeeIban: IBAN },
      }),
    });
  }

  /** Appends; @returns the reply with the receipt */
  async append(event: object): Promise<Reply> {
    return this.as('connector')
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .send(JSON.stringify(event));
  }

  async record(invoice: string, account?: string): Promise<{ id: string; actor: string }> {
    const { status, body } = await this.append(PrivacyDesk.event(invoice, account));
    if (status !== 201) throw new Error(JSON.stringify(body));
    const entry = JSON.parse(body['entry'] as string) as { actor: { id: string } };
    return { id: body['id'] as string, actor: entry.actor.id };
  }

  async post(
    who: 'asker' | 'approver',
    path: string,
    body?: object,
    key = `key-${(this.requests += 1)}`,
  ): Promise<Reply> {
    const request = this.as(who).post(`/v1/privacy/${path}`).set('Idempotency-Key', key);
    return body === undefined ? request : request.send(body);
  }

  async get(path: string): Promise<Reply> {
    await this.app.settle();
    return this.as('asker').get(path);
  }

  personal(id: string): Promise<Reply> {
    return this.get(`/v1/events/${id}/personal?purpose=audit%20of%20May`);
  }

  /** Asks for an erasure; @returns its id */
  async ask(wish: object): Promise<string> {
    const { status, body } = await this.post('asker', 'erasures', {
      legalBasis: 'GDPR Art. 17(1)(b)',
      ...wish,
    });
    if (status !== 202) throw new Error(JSON.stringify(body));
    return body['id'] as string;
  }

  approve(id: string, key?: string): Promise<Reply> {
    return this.post('approver', `erasures/${id}/approve`, undefined, key);
  }

  /** Waits until the upkeep of this start has ended. */
  async upkeep(): Promise<void> {
    await this.app.app.get(UpkeepLife, { strict: false }).upkeep.idle();
  }

  async restart(between?: (folder: string) => void): Promise<void> {
    const { dataDir } = this.app;
    await this.app.stop('keep');
    between?.(dataDir);
    this.app = await TestApp.start({}, dataDir);
    await this.upkeep();
  }

  /** Every file below the data folder, with its bytes. */
  files(): { readonly path: string; readonly bytes: Buffer }[] {
    return filesBelow(this.app.dataDir).map((path) => ({ path, bytes: readFileSync(path) }));
  }

  stop(): Promise<void> {
    return this.app.stop();
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
