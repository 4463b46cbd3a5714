import { findQuarantineItem, listQuarantine, quarantine } from '../../../projections/quarantine';
import { type JsonObject } from '../../../src/kernel/json';
import { type EventInput, ProjectionHarness } from '../../support/projection-harness';

const HASH = 'ab'.repeat(32);
const errors = [{ pointer: '/data/amount', code: 'money-form', detail: 'not an amount' }];

function delivery(id: string, type: string, data: JsonObject = {}): EventInput {
  const said = {
    sha256: HASH,
    bytes: 12,
    contentType: 'application/json',
    form: 'bulk',
    client: 'erp-connector',
    cause: 'business',
    code: 'money-form',
    errors,
    system: 'erp',
    ...data,
  };
  return { stream: `quarantine-_.${id}`, type: `quarantine.${type}`, data: said };
}

const change = (id: string, type: string, data: JsonObject): EventInput => ({
  stream: `quarantine-_.${id}`,
  type: `quarantine.${type}`,
  data,
});

describe('quarantine', () => {
  let harness: ProjectionHarness;
  beforeEach(() => (harness = new ProjectionHarness([quarantine])));
  afterEach(() => harness.close());

  const item = (id: string) => findQuarantineItem(harness.db, id);
  const list = (filter = {}, after?: readonly string[]) =>
    listQuarantine(
      {
        position: 's.1',
        all: (sql, params) => harness.db.all(sql, params),
        get: (sql, params) => harness.db.get(sql, params),
      },
      { filter, limit: 2, ...(after && { after }) },
    );

  it('keeps an item with its errors and counts its deliveries', () => {
    harness.feed(delivery('q1', 'received'));
    harness.feed(delivery('q1', 'repeated', { code: 'time-form', sha256: 'cd'.repeat(32) }));
    expect(item('q1')).toMatchObject({
      status: 'open',
      deliveries: 2,
      code: 'time-form',
      sha256: 'cd'.repeat(32),
      errors,
      revision: 1,
    });
  });

  it.each([
    ['replayed', { eventId: 'e-1' }, { eventId: 'e-1' }],
    ['superseded', { eventId: 'e-1' }, { eventId: 'e-1' }],
    ['discarded', { sha256: HASH, reason: 'a test message' }, { reason: 'a test message' }],
  ])('closes an item that was %s', (type, data, expected) => {
    harness.feed(delivery('q1', 'received'), change('q1', type, data));
    expect(item('q1')).toMatchObject({ status: type, ...expected });
  });

  it('leaves an item open that failed again, with the new problem', () => {
    harness.feed(
      delivery('q1', 'received'),
      change('q1', 'assigned', { owner: 'P-1', due: '2026-02-01' }),
      change('q1', 'replay-failed', {
        sha256: HASH,
        cause: 'technical',
        code: 'json-syntax',
        errors: [],
      }),
    );
    expect(item('q1')).toMatchObject({
      status: 'open',
      owner: 'P-1',
      due: '2026-02-01',
      cause: 'technical',
      code: 'json-syntax',
    });
  });

  it('lists the oldest first, a page at a time, narrowed by what is asked', () => {
    harness.feed(
      delivery('q3', 'received'),
      delivery('q1', 'received', { cause: 'technical', system: 'bank' }),
      delivery('q2', 'received'),
    );
    const first = list();
    expect(first.items.map(({ id }) => id)).toEqual(['q3', 'q1']);
    expect(list({}, first.next).items.map(({ id }) => id)).toEqual(['q2']);
    expect(list({ cause: 'technical' }).items.map(({ id }) => id)).toEqual(['q1']);
    expect(list({ source: 'erp' }).items.map(({ id }) => id)).toEqual(['q3', 'q2']);
    expect(list({ status: 'discarded' }).items).toEqual([]);
    expect(list({ before: '2026-01-05T08:00:01.000Z' }).items.map(({ id }) => id)).toEqual(['q3']);
  });
});
