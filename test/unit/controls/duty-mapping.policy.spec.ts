import { workflowOf } from '../../../src/ingestion/workflow-definitions.policy';
import {
  compileMapping,
  DEFAULT_DUTIES,
  DEFAULT_DUTY_MAPPING,
} from '../../../src/controls/duty-mapping.policy';
import {
  compileRules,
  DEFAULT_RULE_SET,
  DEFAULT_RULES,
} from '../../../src/controls/rule-set.policy';

describe('the mapping of events to duties', () => {
  it('reads a bank change as a change of the vendor too', () => {
    expect(DEFAULT_DUTIES.dutiesOf(['supplier.bank-details-changed'])).toEqual([
      ['VEND-MAINT', 'VEND-BANK'],
    ]);
  });

  it('reads the release of a wire by what the payment began as', () => {
    expect(DEFAULT_DUTIES.dutiesOf(['payment.approved', 'payment.initiated'])).toEqual([
      ['WIRE-RELEASE'],
      ['WIRE-INIT'],
    ]);
    expect(DEFAULT_DUTIES.dutiesOf(['payment.approved', 'payment.proposed'])).toEqual([
      ['PAY-RELEASE'],
      ['PAY-PROPOSE'],
    ]);
  });

  it('knows nothing of events without a duty', () => {
    expect(DEFAULT_DUTIES.row('payment.confirmed')).toBeUndefined();
    expect(DEFAULT_DUTIES.row('expense-claim.approved')).toBeUndefined();
    expect(DEFAULT_DUTIES.dutiesOf(['payment.confirmed'])).toEqual([[]]);
  });

  it('keeps events that only rules about related objects can use', () => {
    expect(DEFAULT_RULES.opposites('SIGN-MAINT')).toEqual([]);
    expect(DEFAULT_DUTIES.row('signatory.changed')?.duties).toEqual(['SIGN-MAINT']);
  });

  it('covers both sides of every rule on one document chain that finance objects can break', () => {
    const mapped = new Set(
      DEFAULT_DUTY_MAPPING.rows.flatMap(({ duties = [], following = {} }) => [
        ...duties,
        ...Object.values(following).flat(),
      ]),
    );
    const uncovered = DEFAULT_RULES.lineagePairs.filter(
      ({ left, right }) => !left.some((d) => mapped.has(d)) || !right.some((d) => mapped.has(d)),
    );
    // Reconciliations, exceptions and evidence packs are objects of the ledger itself; their acts are mapped with them.
    expect(uncovered.map(({ id }) => id)).toEqual(['R2R-05', 'R2R-09', 'ADM-06', 'ADM-07']);
  });

  it('is refused when it names a duty nobody knows, or a type twice', () => {
    const rows = [{ type: 'invoice.received', duties: ['INV-ENTRE'] }];
    expect(() => compileMapping({ ...DEFAULT_DUTY_MAPPING, rows }, DEFAULT_RULES)).toThrow(
      'INV-ENTRE',
    );
    const twice = [
      ...DEFAULT_DUTY_MAPPING.rows,
      { type: 'invoice.received', duties: ['INV-ENTER'] },
    ];
    expect(() => compileMapping({ ...DEFAULT_DUTY_MAPPING, rows: twice }, DEFAULT_RULES)).toThrow(
      'twice',
    );
  });
});

describe('the default rule set', () => {
  it('has 60 duties and 58 rules, 24 of them on one document chain', () => {
    const { duties, rules } = DEFAULT_RULE_SET;
    expect([duties.length, rules.length, DEFAULT_RULES.lineagePairs.length]).toEqual([60, 58, 24]);
  });

  it('is refused when a rule names an unknown duty', () => {
    const [rule] = DEFAULT_RULES.lineagePairs;
    const rules = [{ ...rule!, left: ['PO-CRAETE'] }];
    expect(() => compileRules({ ...DEFAULT_RULE_SET, rules })).toThrow('PO-CRAETE');
  });
});

describe('withdrawals', () => {
  it('are steps that the workflows of their objects know', () => {
    const withdrawals = DEFAULT_DUTY_MAPPING.rows.filter(({ cancels }) => cancels !== undefined);
    const unknown = withdrawals.filter(({ type }) => {
      const [object = '', action = ''] = type.split('.');
      const workflow = workflowOf(object);
      return workflow !== undefined && !workflow.transitions.some((step) => step.action === action);
    });
    expect(withdrawals.length).toBeGreaterThan(10);
    expect(unknown).toEqual([]);
  });
});
