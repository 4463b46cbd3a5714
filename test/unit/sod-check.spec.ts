import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sodCheck } from '../../src/cli/sod';

const GIVEN = {
  accounts: [{ id: 'alice', kind: 'human', person: 'P-ALICE' }],
  events: [
    {
      seq: 1,
      at: '2026-03-02T09:00:00Z',
      account: 'alice',
      duty: 'PO-CREATE',
      object: 'PO-1',
      lineage: 'L1',
    },
    {
      seq: 2,
      at: '2026-03-03T09:00:00Z',
      account: 'alice',
      duty: 'PO-APPROVE',
      object: 'PO-1',
      lineage: 'L1',
    },
  ],
};
const FOUND = { rule: 'P2P-04', person: 'P-ALICE', status: 'violation', events: [1, 2] };

describe('tieout sod check', () => {
  let folder = '';
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'tieout-sod-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  function check(file: unknown, json = false) {
    const path = join(folder, 'case.json');
    writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
    const printed: string[] = [];
    const output = { json, quiet: false, out: (t: string) => void printed.push(t), note: () => {} };
    return { exitCode: sodCheck(path, output), text: printed.join('\n') };
  }

  it('prints what it finds and says no with its exit code', () => {
    const { exitCode, text } = check({ id: 'A', title: 'Own approval', given: GIVEN });
    expect(exitCode).toBe(1);
    expect(text).toContain('A  violation  decision deny  Own approval');
    expect(text).toContain('P2P-04  violation  P-ALICE  events 1, 2');
  });

  it('compares with what the file expects, and names each difference', () => {
    const expect1 = { verdict: 'violation', decision: 'deny', findings: [FOUND] };
    expect(check({ id: 'A', given: GIVEN, expect: expect1 }).exitCode).toBe(0);
    const other = { ...expect1, decision: 'allow', findings: [{ ...FOUND, rule: 'P2P-05' }] };
    const { exitCode, text } = check({ id: 'A', given: GIVEN, expect: other });
    expect(exitCode).toBe(1);
    expect(text).toContain('DIFFERS  decision deny, expected allow');
    expect(text).toContain('DIFFERS  missing: P2P-05');
    expect(text).toContain('DIFFERS  not expected: P2P-04');
  });

  it('gives the same for machines', () => {
    const { text } = check({ id: 'A', given: GIVEN }, true);
    expect(JSON.parse(text)).toMatchObject({ cases: [{ id: 'A', verdict: 'violation' }] });
  });

  const bad = (change: object) => ({ id: 'A', given: { ...GIVEN, ...change } });
  const event = (change: object) => bad({ events: [{ ...GIVEN.events[0], ...change }] });
  it.each([
    ['no JSON', '{', 'JSON'],
    ['a duty the rule set has not', event({ duty: 'PO-MAKE' }), '/given/events/0/duty'],
    ['a field it does not read', event({ amout: 1 }), '/given/events/0/amout'],
    [
      'an amount with too many digits',
      event({ amount: { amount: '1.005', currency: 'EUR' } }),
      '/given/events/0/amount',
    ],
    ['a time without a zone', event({ at: '2026-03-02T09:00:00' }), '/given/events/0/at'],
    ['a section it does not know', bad({ budgets: [] }), '/given/budgets'],
    [
      'a time zone that does not exist',
      bad({ entities: [{ id: 'E-DE', tz: 'Mars/Olympus' }] }),
      'Mars/Olympus',
    ],
    [
      'merges in a circle',
      bad({
        people: [
          { id: 'A', mergedInto: 'B' },
          { id: 'B', mergedInto: 'A' },
        ],
      }),
      'circle',
    ],
    [
      'two rates of one date',
      bad({
        fx: [1, 2].map((n) => ({ date: '2026-03-02', from: 'USD', to: 'EUR', rate: `${n}` })),
      }),
      '/given/fx/1/date',
    ],
    [
      'an exception from a rule that does not exist',
      bad({ exceptions: [{ id: 'X', rule: 'P2P-99', person: 'P' }] }),
      '/given/exceptions/0/rule',
    ],
    [
      'a limit for a duty that does not exist',
      bad({ doa: [{ person: 'P', duty: 'PO-MAKE', limit: '1' }] }),
      'PO-MAKE',
    ],
    ['a withdrawal of nothing', event({ cancels: 9 }), '/given/events/0/cancels'],
    ['a list instead of a case', [], 'object'],
  ])('refuses %s and says where', (_, file, place) => {
    expect(() => check(file)).toThrow(place);
  });
});
