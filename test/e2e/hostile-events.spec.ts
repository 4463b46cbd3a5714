import { type Json } from '../../src/kernel/json';
import { transitionData, transitionEvent } from '../support/transition-events';
import { type Agent, TestApp } from '../support/test-app';

const event = (more: Record<string, Json>) => JSON.stringify(transitionEvent(more));
const data = (more: Record<string, Json>) => event({ data: transitionData(more) });
const without = (name: string) => {
  const { [name]: _gone, ...rest } = transitionData();
  return event({ data: rest });
};
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** What was sent; the status, code and pointer it must get. */
const TABLE: readonly (readonly [string, string | Buffer, number, string, string])[] = [
  ['nothing', '', 400, 'json-syntax', ''],
  ['text that is not JSON', 'hello', 400, 'json-syntax', ''],
  ['a list', '[]', 400, 'malformed', ''],
  ['a trailing comma', '{"specversion":"1.0",}', 400, 'json-syntax', ''],
  ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 400, 'json-encoding', ''],
  ['a byte order mark', '\ufeff{}', 400, 'json-encoding', ''],
  ['a member twice', '{"id":"1","id":"2"}', 400, 'json-duplicate-name', '/id'],
  ['__proto__', '{"__proto__":{}}', 400, 'json-name', '/__proto__'],
  [
    'a fraction',
    data({ attempt: 1 }).replace('"attempt":1', '"attempt":1.0'),
    400,
    'json-number',
    '/data/attempt',
  ],
  [
    'an integer beyond 2^53',
    data({ attempt: 1 }).replace('"attempt":1', '"attempt":9007199254740993'),
    400,
    'json-number-range',
    '/data/attempt',
  ],
  ['a lone surrogate', '{"id":"\\ud800"}', 400, 'json-string', '/id'],
  ['nesting of 33', deep(33), 400, 'json-depth', '/' + Array(32).fill('a').join('/')],
  ['another specversion', event({ specversion: '0.3' }), 400, 'malformed', '/specversion'],
  ['an empty id', event({ id: '' }), 400, 'malformed', '/id'],
  ['an id with a space at its end', event({ id: 'x ' }), 400, 'identifier-form', '/id'],
  ['an id that is not NFC', event({ id: 'e\u0301' }), 400, 'identifier-form', '/id'],
  ['an id with a bidirectional override', event({ id: 'a\u202eb' }), 400, 'identifier-form', '/id'],
  ['a numeric id', event({ id: 7 }), 400, 'malformed', '/id'],
  ['an unknown attribute', event({ foo: 'bar' }), 422, 'unknown-field', '/foo'],
  ['data in base64', event({ data_base64: 'e30=' }), 422, 'unknown-field', '/data_base64'],
  [
    'another content type',
    event({ datacontenttype: 'text/xml' }),
    400,
    'malformed',
    '/datacontenttype',
  ],
  ['a naive time', event({ time: '2026-01-05T09:12:00' }), 422, 'time-form', '/time'],
  ['a day that does not exist', event({ time: '2026-02-30T09:12:00Z' }), 422, 'time-form', '/time'],
  [
    'a time finer than milliseconds',
    event({ time: '2026-01-05T09:12:00.0001Z' }),
    422,
    'time-form',
    '/time',
  ],
  [
    'an unknown object type',
    event({
      type: 'tieout.spaceship.launched',
      data: transitionData({
        object: { type: 'spaceship', id: '1' },
        transition: { action: 'launched', to: 'gone' },
      }),
    }),
    422,
    'contract-violation',
    '/data/object/type',
  ],
  [
    'an action that the object does not have',
    event({
      type: 'tieout.invoice.teleported',
      data: transitionData({ transition: { action: 'teleported', to: 'paid' } }),
    }),
    422,
    'contract-violation',
    '/data/transition/action',
  ],
  [
    'a type of another object',
    event({ type: 'tieout.payment.received' }),
    422,
    'contract-violation',
    '/data/object/type',
  ],
  [
    "the source's own type",
    event({ type: 'com.example.invoice' }),
    422,
    'contract-violation',
    '/type',
  ],
  [
    'a subject that disagrees',
    event({ subject: 'invoice/E_DE/INV-2' }),
    422,
    'contract-violation',
    '/subject',
  ],
  [
    'a contract version that there is not',
    event({ dataschema: '/v1/contracts/invoice.received/versions/2' }),
    422,
    'contract-violation',
    '/dataschema',
  ],
  [
    'no data',
    JSON.stringify({ ...transitionEvent(), data: undefined }),
    422,
    'contract-violation',
    '/data',
  ],
  ['a missing actor', without('actor'), 422, 'contract-violation', '/data/actor'],
  ['a list for an actor', data({ actor: [] }), 422, 'contract-violation', '/data/actor'],
  [
    'an actor of no kind',
    data({ actor: { account: 'x' } }),
    422,
    'contract-violation',
    '/data/actor/kind',
  ],
  [
    'null where a value is optional',
    data({ reason: null }),
    422,
    'contract-violation',
    '/data/reason',
  ],
  ['an empty list', data({ related: [] }), 422, 'contract-violation', '/data/related'],
  ['null in a list', data({ related: [null] }), 422, 'contract-violation', '/data/related'],
  [
    'an unknown role in a list',
    data({ related: [{ type: 'payment', id: 'P', role: 'cousin' }] }),
    422,
    'contract-violation',
    '/data/related/0/role',
  ],
  ['an unknown member', data({ approver: 'x' }), 422, 'unknown-field', '/data/approver'],
  [
    'a member named like what objects inherit',
    data({ constructor: 'x' }),
    422,
    'unknown-field',
    '/data/constructor',
  ],
  [
    'an action named like what objects inherit',
    data({ transition: { action: 'constructor', to: 'received' } }),
    422,
    'contract-violation',
    '/data/transition/action',
  ],
  [
    'the whole ledger as legal entity',
    data({ entity: '_' }),
    422,
    'contract-violation',
    '/data/entity',
  ],
  ['an entity with a slash', data({ entity: 'E/DE' }), 422, 'contract-violation', '/data/entity'],
  [
    'an unknown state',
    data({ transition: { action: 'received', to: 'lost' } }),
    422,
    'state-unmapped',
    '/data/transition/to',
  ],
  [
    'an unknown currency',
    data({ amount: { amount: '1.00', currency: 'EURO' } }),
    422,
    'money-form',
    '/data/amount/currency',
  ],
  [
    'too few digits for the currency',
    data({ amount: { amount: '1.0', currency: 'EUR' } }),
    422,
    'money-form',
    '/data/amount/amount',
  ],
  [
    'digits for a currency without',
    data({ amount: { amount: '1.00', currency: 'JPY' } }),
    422,
    'money-form',
    '/data/amount/amount',
  ],
  [
    'minus zero',
    data({ amount: { amount: '-0.00', currency: 'EUR' } }),
    422,
    'money-form',
    '/data/amount/amount',
  ],
  [
    'an amount as a number',
    data({ amount: { amount: 1, currency: 'EUR' } }),
    422,
    'money-form',
    '/data/amount/amount',
  ],
  ['a missing amount', without('amount'), 422, 'contract-violation', '/data/amount'],
  [
    'a dimension that the contract does not name',
    data({ dimensions: { mood: 'good' } }),
    422,
    'unknown-field',
    '/data/dimensions/mood',
  ],
  [
    'a period that is none',
    data({ dimensions: { period: '2026-14' } }),
    422,
    'contract-violation',
    '/data/dimensions/period',
  ],
  [
    'custom members without a contract',
    data({ custom: { a: 1 } }),
    422,
    'unknown-field',
    '/data/custom/a',
  ],
  [
    'a hash in upper case',
    data({ attachments: [{ name: 'a', sha256: 'A'.repeat(64), mediaType: 'a/b', bytes: 1 }] }),
    422,
    'contract-violation',
    '/data/attachments/0/sha256',
  ],
  ['an event over 48 KiB', data({ reason: 'x'.repeat(49 * 1024) }), 413, 'too-large', ''],
];

describe('events that cannot be accepted', () => {
  let app: TestApp;
  let ap: Agent;

  beforeAll(async () => {
    app = await TestApp.start();
    const admin = await app.as('admin', ['config.manage']);
    await admin
      .put('/v1/sources/ap-hub')
      .set('If-None-Match', '*')
      .send({ uri: 'https://ap-hub.example/' })
      .expect(201);
    ap = await app.as('ap-connector', ['events.append', 'ledger.read', 'quarantine.work']);
  });

  afterAll(() => app.stop());

  const send = (body: string | Buffer) =>
    ap
      .post('/v1/events')
      .set('Content-Type', 'application/cloudevents+json')
      .serialize((sent) => sent as unknown as string)
      .send(body);

  it.each(TABLE)('names code and place of %s', async (_name, body, status, code, pointer) => {
    const reply = await send(body);
    expect({
      status: reply.status,
      code: reply.body.code,
      pointer: reply.body.pointer ?? '',
    }).toEqual({ status, code, pointer });
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('names every field that is wrong at once, and no value', async () => {
    const reply = await send(
      data({
        actor: { account: ' secret ', kind: 'robot' },
        amount: { amount: 'secret', currency: 'EUR' },
        entity: '',
      }),
    );
    expect(reply.body.errors.map((e: { pointer: string }) => e.pointer).sort()).toEqual([
      '/data/actor/account',
      '/data/actor/kind',
      '/data/amount/amount',
      '/data/entity',
    ]);
    expect(JSON.stringify(reply.body)).not.toContain('secret');
  });

  it.each([
    ['text/plain', 415, 'media-type-unknown'],
    ['application/cloudevents+avro', 415, 'media-type-unknown'],
    ['application/cloudevents+json; charset=utf-16', 415, 'media-type-unknown'],
    ['application/json', 400, 'malformed'],
  ])('answers %s with what is accepted', async (type, status, code) => {
    const reply = await ap.post('/v1/events').set('Content-Type', type).send('{}');
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({
      code,
      accepted: expect.arrayContaining(['application/cloudevents+json']),
    });
  });
});
