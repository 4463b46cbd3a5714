import {
  sourceRegister,
  type RegisterState,
} from '../../../src/ingestion/sources/source-register.decider';
import { type SourceSettings } from '../../../src/ingestion/sources.events';

const erp: SourceSettings = {
  id: 'erp',
  uri: 'https://erp.example/',
  timeZone: 'UTC',
  fineTime: 'refuse',
  stateCodes: { invoice: [{ code: '01', state: 'received' }] },
};

function registered(...all: SourceSettings[]): RegisterState {
  return all.reduce<RegisterState>(
    (state, settings) =>
      sourceRegister.evolve(state, { type: 'source.registered', data: { ...settings } as never }),
    sourceRegister.initial,
  );
}

const put = (settings: SourceSettings, expected: number | 'none', ...before: SourceSettings[]) =>
  sourceRegister.decide({ settings, expected }, registered(...before));

describe('source register', () => {
  it('registers a source under its short name', () => {
    expect(put(erp, 'none')).toEqual([{ type: 'source.registered', data: erp }]);
  });

  it('never gives a short name twice', () => {
    expect(() => put({ ...erp, uri: 'https://other.example/' }, 'none', erp)).toThrow(
      expect.objectContaining({ code: 'revision-conflict' }),
    );
  });

  it('refuses a URI that another source has', () => {
    expect(() => put({ ...erp, id: 'erp2' }, 'none', erp)).toThrow(
      expect.objectContaining({
        code: 'version-exists',
        members: { pointer: '/uri', source: 'erp' },
      }),
    );
  });

  it('changes what was agreed at the revision that was read, and only then', () => {
    const changed = { ...erp, name: 'ERP' };
    expect(put(changed, 0, erp)).toEqual([{ type: 'source.changed', data: changed }]);
    expect(() => put(changed, 1, erp)).toThrow(
      expect.objectContaining({ code: 'revision-conflict' }),
    );
  });

  it('records nothing when nothing changes', () => {
    expect(put({ ...erp }, 0, erp)).toEqual([]);
  });

  it('keeps the name of our own events for ourselves', () => {
    expect(() => put({ ...erp, id: 'tieout' }, 'none')).toThrow(
      expect.objectContaining({ code: 'contract-violation' }),
    );
  });

  it.each([
    [{ invoices: [] }, '/stateCodes/invoices'],
    [{ invoice: [{ code: 'X', state: 'sideways' }] }, '/stateCodes/invoice/0/state'],
    [
      {
        invoice: [
          { code: 'X', state: 'paid' },
          { code: 'X', state: 'posted' },
        ],
      },
      '/stateCodes/invoice/1/code',
    ],
  ])('refuses the status codes %j', (stateCodes, pointer) => {
    expect(() => put({ ...erp, stateCodes } as SourceSettings, 'none')).toThrow(
      expect.objectContaining({ members: expect.objectContaining({ pointer }) }),
    );
  });
});
