import { type Party } from '../../../src/kernel/party';
import { type ErrorCode } from '../../../src/kernel/errors';
import { type PeriodEvent } from '../../../src/reconciliation/close/period.events';
import { period, type PeriodCommand } from '../../../src/reconciliation/close/period.decider';
import { type PeriodState } from '../../../src/reconciliation/close/period-state.policy';
import { follows, monthOf } from '../../../src/reconciliation/close/fiscal-period.policy';
import { checkTasks } from '../../../src/reconciliation/close/checklist.policy';

const AT = '2026-12-03T10:00:00.000Z';
const party = (person: string): Party => ({ client: `${person}-desk`, person, oneWith: [] });
const acted = (person: string) => ({ by: `${person}-desk`, byPerson: person, at: AT });
const event = (type: PeriodEvent['type'], data: object) =>
  ({ type, data }) as unknown as PeriodEvent;
const file = (name: string) => ({ sha256: name.padEnd(64, '0'), bytes: 1 });

const opened = event('period.opened', {
  ...{ from: '2026-11-01', to: '2026-11-30', broughtForward: [], tasks: [] },
  requires: [{ definition: 'bank', thresholds: {}, levels: ['PREPARE'], auto: [], freshDays: 3 }],
  ...acted('P-MAX'),
});
const softClosed = event('period.soft-closed', acted('P-MAX'));
const certified = event('period.certified', {
  statement: 'yes',
  snapshot: file('a'),
  ...acted('P-CORA'),
});
const closed = event('period.closed', {
  ...{ version: 1, snapshot: file('a'), reconciliations: 1, totals: [] },
  ...acted('P-CORA'),
});
const requested = event('period.reopening-requested', {
  ...{ request: 'R-1', reason: 'late', scope: { definitions: ['bank'] }, laterPeriods: 'carry' },
  expiresAt: '2026-12-10T00:00:00.000Z',
  ...acted('P-CORA'),
});

const given = (...events: readonly PeriodEvent[]) => ({
  state: events.reduce<PeriodState>((state, one) => period.evolve(state, one), period.initial),
  when(command: Omit<PeriodCommand, 'at' | 'by'> & { readonly as: string; readonly at?: string }) {
    const { as, at = AT, ...rest } = command;
    const decide = () =>
      period.decide({ ...rest, by: party(as), at } as unknown as PeriodCommand, this.state);
    return {
      then: (...types: readonly string[]) =>
        expect(decide().map(({ type }) => type)).toEqual(types),
      thenRefused: (code: ErrorCode) =>
        expect(decide).toThrow(expect.objectContaining({ code }) as Error),
    };
  },
});

const closable = (name = 'a', holds = true) => ({
  ...{ snapshot: file(name), reconciliations: 1, totals: [] },
  guards: [{ guard: 'reconciliation-approved', holds, detail: 'bank is prepared.', link: '' }],
  preparers: [{ by: 'P-ANN-desk', byPerson: 'P-ANN' }],
});

describe('a fiscal period', () => {
  it('is closed with its certification and not on other figures', () => {
    const ready = given(opened, softClosed, certified);
    ready
      .when({ kind: 'close', closable: closable(), as: 'P-CORA' } as never)
      .then('period.closed');
    ready
      .when({ kind: 'close', closable: closable('b'), as: 'P-CORA' } as never)
      .thenRefused('guard-unmet');
    ready
      .when({ kind: 'close', closable: closable('a', false), as: 'P-CORA' } as never)
      .thenRefused('guard-unmet');
    given(opened)
      .when({ kind: 'close', closable: closable(), as: 'P-CORA' } as never)
      .thenRefused('state-conflict');
  });

  it('is certified by nobody who prepared it, on the hash that was read', () => {
    const ready = given(opened, softClosed);
    const certify = { kind: 'certify', statement: 'yes', closable: closable() };
    const hash = file('a').sha256;
    ready.when({ ...certify, hash, as: 'P-CORA' } as never).then('period.certified');
    ready.when({ ...certify, hash, as: 'P-ANN' } as never).thenRefused('same-person');
    ready
      .when({ ...certify, hash: file('b').sha256, as: 'P-CORA' } as never)
      .thenRefused('hash-moved');
  });

  it('needs a new certification after it was closed', () => {
    const { state } = given(opened, softClosed, certified, closed);
    expect(state.certified).toBeUndefined();
    expect(state.status).toBe('closed');
  });

  it('is reopened by another person than who asked, before the request ends', () => {
    const asked = given(opened, softClosed, certified, closed, requested);
    const approve = { kind: 'approve-reopening', request: 'R-1' };
    asked.when({ ...approve, as: 'P-CAT' } as never).then('period.reopening-approved');
    asked.when({ ...approve, as: 'P-CORA' } as never).thenRefused('same-person');
    asked
      .when({ ...approve, as: 'P-CAT', at: '2026-12-10T00:00:00.000Z' } as never)
      .thenRefused('state-conflict');
    asked
      .when({ kind: 'approve-reopening', request: 'R-2', as: 'P-CAT' } as never)
      .thenRefused('not-found');
  });

  it('keeps every closing version as it was', () => {
    const approved = event('period.reopening-approved', { request: 'R-1', ...acted('P-CAT') });
    const second = event('period.closed', {
      ...{ version: 2, snapshot: file('c'), reconciliations: 1, totals: [] },
      ...acted('P-CORA'),
    });
    const { state } = given(opened, softClosed, certified, closed, requested, approved, second);
    expect(state.closings.map(({ snapshot }) => snapshot.sha256)).toEqual([
      file('a').sha256,
      file('c').sha256,
    ]);
    expect(state.requests).toMatchObject([{ request: 'R-1', status: 'ended' }]);
  });

  it('is never opened again once it is locked', () => {
    const locked = event('period.locked', { reference: 'audit', ...acted('P-CAT') });
    const wish = { request: 'R-9', reason: 'x', scope: {}, laterPeriods: 'carry' };
    given(opened, softClosed, certified, closed, locked)
      .when({
        kind: 'request-reopening',
        ...wish,
        expiresAt: '2026-12-10T00:00:00.000Z',
        as: 'P-CORA',
      } as never)
      .thenRefused('state-conflict');
  });
});

describe('the calendar', () => {
  it.each([
    ['2026-02', '2026-02-01', '2026-02-28'],
    ['2028-02', '2028-02-01', '2028-02-29'],
    ['2026-12', '2026-12-01', '2026-12-31'],
    ['2026-13', '2026-12-31', '2026-12-31'],
  ])('takes %s as the days from %s to %s', (name, from, to) => {
    expect(monthOf(name)).toEqual({ from, to });
  });

  it('leaves no gap, and lets period 13 share the last day of the year', () => {
    expect(follows('2026-12', monthOf('2026-12'), monthOf('2026-11'))).toBe(true);
    expect(follows('2027-01', monthOf('2027-01'), monthOf('2026-11'))).toBe(false);
    expect(follows('2026-13', monthOf('2026-13'), monthOf('2026-12'))).toBe(true);
    expect(follows('2027-01', monthOf('2027-01'), monthOf('2026-13'))).toBe(true);
  });
});

describe('a checklist', () => {
  const task = (id: string, after: readonly string[] = [], more: object = {}) => ({
    ...{ id, title: id, owner: 'ann', due: '2026-12-02', after },
    ...more,
  });
  it.each([
    ['a task that waits for itself', [task('a', ['b']), task('b', ['c']), task('c', ['a'])]],
    ['an unknown task before another', [task('a', ['z'])]],
    ['one name twice', [task('a'), task('a')]],
    ['an owner who reviews', [task('a', [], { reviewer: 'ann' })]],
  ])('refuses %s', (_, tasks) => {
    expect(() => checkTasks(tasks)).toThrow(
      expect.objectContaining({ code: 'contract-violation' }) as Error,
    );
  });

  it('takes tasks that wait for one another in one direction', () => {
    expect(() => checkTasks([task('a'), task('b', ['a']), task('c', ['a', 'b'])])).not.toThrow();
  });
});
