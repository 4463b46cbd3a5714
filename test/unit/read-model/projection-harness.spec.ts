import { projection } from '../../../projections/read-model';
import { ProjectionHarness } from '../../support/projection-harness';

const schema = `CREATE TABLE seen (stream TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT`;
const SET = `INSERT INTO seen (stream, times) VALUES (:stream, :revision + 1)
             ON CONFLICT (stream) DO UPDATE SET times = excluded.times`;
const ADD = `INSERT INTO seen (stream, times) VALUES (:stream, 1)
             ON CONFLICT (stream) DO UPDATE SET times = times + 1`;

describe('the projection harness', () => {
  it('accepts rows that are set', () => {
    const sets = projection('seen', 1, {
      schema,
      onEvery: ({ stream, revision }, db) => db.run(SET, { stream, revision }),
    });
    const harness = new ProjectionHarness([sets]);
    harness.feed({ stream: 'invoice-E.1', type: 'invoice.received' });
    harness.feed({ stream: 'invoice-E.1', type: 'invoice.approved' });
    expect(harness.dump()).toEqual({ seen: [{ stream: 'invoice-E.1', times: 2n }] });
  });

  it('refuses rows that are added to', () => {
    const adds = projection('seen', 1, {
      schema,
      onEvery: ({ stream }, db) => db.run(ADD, { stream }),
    });
    const harness = new ProjectionHarness([adds]);
    expect(() => harness.feed({ stream: 'invoice-E.1', type: 'invoice.received' })).toThrow();
  });
});
