import { type Party } from '../../../src/kernel/party';
import {
  type AdjustedBreak,
  type AdjustmentCommand,
  adjustments,
  type AdjustmentState,
} from '../../../src/reconciliation/adjustments/adjustment.decider';
import { type BreakRules } from '../../../src/reconciliation/breaks/break-rules.policy';
import { refusalOf } from '../../support/refusals';

const AT = '2026-11-30T10:00:00.000Z';
const anna: Party = { client: 'anna', person: 'P-anna', oneWith: ['P-deputy'] };
const ben: Party = { client: 'ben', person: 'P-ben', oneWith: [] };
const rules: BreakRules & { version: number } = {
  version: 3,
  routing: [],
  limits: [{ type: 'write-off', currency: 'EUR', item: '5.00', run: '8.00' }],
  proposalDays: 10,
};
const item = (more: Partial<AdjustedBreak> = {}): AdjustedBreak => ({
  ...{ id: 'b'.repeat(64), status: 'open', entity: 'E_DE' },
  open: { minor: -500n, currency: 'EUR' },
  ...more,
});
const entry = (minor: bigint, type: 'write-off' | 'bank-fee' = 'write-off') => ({
  ...{ type, debitAccount: '6855', creditAccount: '1200', reason: 'Fee of the bank' },
  amount: { minor, currency: 'EUR' },
});
const propose = (
  id: string,
  minor: bigint,
  more: Partial<Extract<AdjustmentCommand, { kind: 'propose' }>> = {},
) =>
  ({
    kind: 'propose',
    id,
    by: anna,
    at: AT,
    item: item({ id }),
    rules,
    entry: entry(minor),
    ...more,
  }) as const;
const approve = (id: string, more: Partial<Extract<AdjustmentCommand, { kind: 'approve' }>> = {}) =>
  ({ kind: 'approve', id, by: ben, at: AT, item: item({ id }), rules, ...more }) as const;

const after = (...commands: readonly AdjustmentCommand[]): AdjustmentState =>
  commands.reduce<AdjustmentState>(
    (state, command) =>
      adjustments.decide(command, state).reduce((s, e) => adjustments.evolve(s, e), state),
    adjustments.initial,
  );
const refused = (command: AdjustmentCommand, ...before: readonly AdjustmentCommand[]) => {
  const { code, members } = refusalOf(() => adjustments.decide(command, after(...before)));
  return { code, members };
};

describe('adjustments of breaks', () => {
  it('are proposed within the limit of an item, which is recorded with its version', () => {
    const [event] = adjustments.decide(propose('x', 500n), adjustments.initial);
    expect(event).toMatchObject({
      type: 'adjustment.proposed',
      data: {
        amount: { amount: '5.00', currency: 'EUR' },
        open: { amount: '-5.00' },
        limit: { item: '5.00', run: '8.00', version: 3 },
        expiresOn: '2026-12-10',
        by: 'anna',
        byPerson: 'P-anna',
      },
    });
    const more = { item: item({ open: { minor: 501n, currency: 'EUR' } }) };
    expect(refused(propose('x', 501n, more))).toEqual({
      code: 'authority-exceeded',
      members: { limit: '5.00', scope: 'item' },
    });
  });

  it('count against the limit of the run while they live: not when rejected, not when their last day is over', () => {
    const first = propose('x', 500n);
    expect(refused(propose('y', 301n), first)).toEqual({
      code: 'authority-exceeded',
      members: { limit: '8.00', scope: 'run', used: '5.00' },
    });
    const reject = { kind: 'reject', id: 'x', by: ben, at: AT, reason: 'Ask the bank' } as const;
    expect(after(first, reject, propose('y', 301n)).known.get('y')?.status).toBe('proposed');
    const later = { at: '2026-12-11T00:00:00.000Z' };
    const state = after(first, propose('y', 301n, later));
    expect(state.known.get('x')?.status).toBe('expired');
  });

  it('give nothing up without an approved limit, while a correction needs none', () => {
    const none = { ...rules, limits: [] };
    expect(refused(propose('x', 1n, { rules: none }))).toMatchObject({
      code: 'authority-exceeded',
      members: { limit: '0.00' },
    });
    const fee = propose('x', 500n, { rules: none, entry: entry(500n, 'bank-fee') });
    expect(after(fee).known.get('x')?.proposed).not.toHaveProperty('limit');
  });

  it.each([
    [
      'more than is open',
      propose('x', 500n, { item: item({ open: { minor: 499n, currency: 'EUR' } }) }),
    ],
    ['zero', propose('x', 0n)],
    ['less than zero', propose('x', -1n)],
    [
      'another currency',
      propose('x', 1n, { item: item({ open: { minor: 1n, currency: 'USD' } }) }),
    ],
  ])('are not of %s', (_, command) => {
    expect(refused(command).code).toBe('contract-violation');
  });

  it('of one break together explain at most what is open of it', () => {
    const one = item({ id: 'one' });
    const first = propose('x', 300n, { item: one });
    expect(refused(propose('y', 201n, { item: one }), first).code).toBe('contract-violation');
    expect(after(first, propose('y', 200n, { item: one })).known.size).toBe(2);
  });

  it.each([
    ['the same client', { client: 'anna', oneWith: [] }],
    ['another account of the person', { client: 'phone', person: 'P-anna', oneWith: [] }],
    ['the delegate', { client: 'deputy', person: 'P-deputy', oneWith: ['P-anna'] }],
    ['one for whom the proposer acts', { client: 'head', person: 'P-head', oneWith: ['P-anna'] }],
  ])('are not approved by %s', (_, by) => {
    expect(refused(approve('x', { by }), propose('x', 500n)).code).toBe('same-person');
  });

  it('are approved by another person once, on the figures proposed, within the limits of now', () => {
    const first = propose('x', 500n);
    expect(after(first, approve('x')).known.get('x')?.status).toBe('approved');
    expect(refused(approve('x'), first, approve('x')).code).toBe('state-conflict');
    const moved = { item: item({ open: { minor: -501n, currency: 'EUR' } }) };
    expect(refused(approve('x', moved), first)).toMatchObject({ members: { state: 'moved' } });
    const lowered = { ...rules, limits: [{ ...rules.limits[0]!, item: '4.99' }] };
    expect(refused(approve('x', { rules: lowered }), first).code).toBe('authority-exceeded');
    const settled = { item: item({ status: 'closed' }) };
    expect(refused(approve('x', settled), first).code).toBe('state-conflict');
    expect(refused(approve('x', { at: '2026-12-11T00:00:00.000Z' }), first)).toMatchObject({
      members: { state: 'expired' },
    });
    expect(
      after(first, approve('x', { at: '2026-12-10T23:59:59.999Z' })).known.get('x')?.status,
    ).toBe('approved');
  });

  it('are posted by the ERP, after approval, under one reference', () => {
    const object = { type: 'journal-entry', entity: 'E_DE', id: 'JE-7' };
    const posted = {
      kind: 'post',
      id: 'x',
      by: ben,
      at: AT,
      reference: 'JE-7',
      postedOn: '2026-11-30',
      object,
    } as const;
    expect(refused(posted, propose('x', 500n)).code).toBe('state-conflict');
    const state = after(propose('x', 500n), approve('x'), posted);
    expect(state.known.get('x')).toMatchObject({
      status: 'posted',
      posted: { reference: 'JE-7', object },
    });
    expect(adjustments.decide(posted, state)).toEqual([]);
    const other = { ...posted, reference: 'JE-8' };
    expect(refused(other, propose('x', 500n), approve('x'), posted).code).toBe('state-conflict');
  });
});
