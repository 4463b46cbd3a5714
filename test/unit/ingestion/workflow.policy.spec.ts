import {
  initialState,
  missingSteps,
  nextSteps,
  flagsOf,
  foldState,
  type ObjectState,
  type TransitionFact,
} from '../../../src/ingestion/workflow.policy';
import {
  OBJECT_TYPES,
  type WorkflowDefinition,
  workflowOf,
} from '../../../src/ingestion/workflow-definitions.policy';

const payment = workflowOf('payment')!;

const stateOf = (definition: WorkflowDefinition, history: readonly TransitionFact[]): ObjectState =>
  history.reduce(foldState, initialState(definition));

function fact(
  action: string,
  to: string,
  day: number,
  more: Partial<TransitionFact> = {},
): TransitionFact {
  const at = `2026-01-${String(day).padStart(2, '0')}T10:00:00.000Z`;
  return {
    occurredAt: at,
    recordedAt: at,
    actor: { kind: 'person' },
    data: { transition: { action, to } },
    ...more,
  };
}

const proposed = fact('proposed', 'proposed', 1);
const approved = fact('approved', 'approved', 2);
const transmitted = fact('transmitted', 'transmitted', 3);

describe('workflow policy', () => {
  it('ships a definition for the fifteen canonical objects and the expense claim', () => {
    expect(OBJECT_TYPES).toEqual([
      'budget',
      'requisition',
      'supplier',
      'cost-center',
      'purchase-order',
      'goods-receipt',
      'invoice',
      'credit-note',
      'payment',
      'journal-entry',
      'sales-order',
      'customer-invoice',
      'receipt',
      'intercompany-transaction',
      'bank-statement-line',
      'expense-claim',
    ]);
  });

  it('folds a legal history to its last state without a flag', () => {
    const before = stateOf(payment, [proposed, approved]);
    expect(flagsOf(payment, transmitted, before)).toEqual([]);
    expect(stateOf(payment, [proposed, approved, transmitted]).state).toBe('transmitted');
  });

  it('marks a payment that went out without approval as out of sequence and unauthorised', () => {
    const before = stateOf(payment, [proposed]);
    expect(flagsOf(payment, transmitted, before)).toEqual(['out-of-sequence', 'unauthorised']);
    expect(missingSteps(payment, stateOf(payment, [proposed, transmitted]))).toEqual([
      { step: 'approved', neededBy: 'transmitted', since: transmitted.occurredAt },
    ]);
  });

  it('keeps the state of what occurred last when an older fact arrives late', () => {
    const state = stateOf(payment, [proposed, transmitted, approved]);
    expect(state.state).toBe('transmitted');
    expect(state.steps['approved']?.count).toBe(1);
    expect(flagsOf(payment, approved, stateOf(payment, [proposed, transmitted]))).toEqual(['late']);
    expect(missingSteps(payment, state)).toEqual([]);
  });

  it('does not let an approval given after the payment pass for one before it', () => {
    const retroactive = fact('approved', 'approved', 4);
    const confirmedEarlier = fact('transmitted', 'transmitted', 3);
    const before = stateOf(payment, [proposed, retroactive]);
    expect(flagsOf(payment, confirmedEarlier, before)).toEqual([
      'out-of-sequence',
      'late',
      'unauthorised',
    ]);
  });

  it('marks a source that left another state than the recorded one as conflicting', () => {
    const disagreeing = {
      ...approved,
      data: { transition: { action: 'approved', from: 'matched', to: 'approved' } },
    };
    expect(flagsOf(payment, disagreeing, stateOf(payment, [proposed]))).toEqual(['conflicting']);
    const elsewhere = fact('approved', 'paid', 2);
    expect(flagsOf(payment, elsewhere, stateOf(payment, [proposed]))).toEqual(['conflicting']);
  });

  it('marks a fact dated more than five minutes ahead of our clock', () => {
    const ahead = (recordedAt: string) =>
      flagsOf(payment, { ...proposed, recordedAt }, initialState(payment));
    expect(ahead('2026-01-01T09:55:00.000Z')).toEqual([]);
    expect(ahead('2026-01-01T09:54:59.999Z')).toEqual(['future-dated']);
  });

  it('marks a service that acts with nobody behind it', () => {
    const service = fact('proposed', 'proposed', 1, { actor: { kind: 'service' } });
    expect(flagsOf(payment, service, initialState(payment))).toEqual(['unattributed']);
    const behalf = fact('proposed', 'proposed', 1, {
      actor: { kind: 'service', onBehalfOf: 'per-1' },
    });
    expect(flagsOf(payment, behalf, initialState(payment))).toEqual([]);
  });

  it('marks a failed check of the source unless it was overridden', () => {
    const rules = [{ id: 'LIMIT', version: 1, outcome: 'fail' as const }];
    expect(flagsOf(payment, { ...proposed, rules }, initialState(payment))).toEqual([
      'unauthorised',
    ]);
    const overrides = [{ rule: 'LIMIT', reason: 'EMERGENCY', approver: 'per-2' }];
    expect(flagsOf(payment, { ...proposed, rules, overrides }, initialState(payment))).toEqual([]);
  });

  it('marks what occurred before the agreed start of its source', () => {
    expect(flagsOf(payment, proposed, initialState(payment), '2026-01-01T10:00:00.000Z')).toEqual(
      [],
    );
    expect(flagsOf(payment, proposed, initialState(payment), '2026-01-01T10:00:00.001Z')).toEqual([
      'backfill',
    ]);
  });

  it('takes an action named like an inherited member for the unknown step it is', () => {
    const odd = fact('constructor', 'proposed', 1);
    expect(flagsOf(payment, odd, initialState(payment))).toEqual(['out-of-sequence']);
    expect(stateOf(payment, [odd]).steps['constructor']?.count).toBe(1);
  });

  it('names the legal next steps', () => {
    expect(nextSteps(payment, stateOf(payment, [proposed, approved, transmitted]))).toEqual([
      { action: 'confirmed', to: 'paid' },
      { action: 'paid', to: 'paid' },
      { action: 'returned', to: 'returned' },
    ]);
  });
});
