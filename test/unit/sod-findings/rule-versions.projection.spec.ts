import shippedMapping from '../../../src/controls/default-duty-mapping.json';
import shipped from '../../../src/controls/default-rule-set.json';
import { controlRegisters } from '../../../projections/control-registers';
import { sodFindings } from '../../../projections/sod-findings/sod-findings.projection';
import { sha256Hex } from '../../../src/kernel/hash';
import { type JsonObject } from '../../../src/kernel/json';
import { type EventInput, ProjectionHarness } from '../../support/projection-harness';
import { did, mapped, storedFindings, type Did } from '../../support/sod-ledger';

const ORDER = 'purchase_order-E_DE.PO-1';
const DAY = 1440;

/** A version that was proposed and approved in January. */
function version(type: string, id: string, entry: object): EventInput[] {
  const stream = `${type.replace('-', '_')}-_.${id}`;
  const at = '2026-01-10T09:00:00.000Z';
  const hash = sha256Hex(JSON.stringify(entry));
  const proposed = { version: 1, entry: entry as JsonObject, by: 'admin', hash };
  return [
    { stream, type: `${type}.proposed`, data: proposed as unknown as JsonObject },
    { stream, type: `${type}.approved`, data: { version: 1, at, by: 'controller' } },
  ];
}
const ruleSet = (effectiveFrom: string, without: readonly string[]): EventInput[] =>
  version('rule-set', `set-${effectiveFrom}`, {
    ...{ effectiveFrom, baseCurrency: 'EUR', duties: shipped.duties },
    rules: shipped.rules.filter(({ id }) => !without.includes(id)),
  });

describe('findings under rules that change', () => {
  let rows: ProjectionHarness;
  beforeEach(() => {
    rows = new ProjectionHarness([controlRegisters, sodFindings]);
    rows.feed(
      ...mapped({ account: 'per-a', person: 'P-ALICE' }),
      ...mapped({ account: 'per-b', person: 'P-BOB' }),
    );
  });
  afterEach(() => rows.close());

  const feed = (...acts: readonly Did[]) => rows.feed(...acts.map(did));
  const found = (...wanted: string[]) =>
    storedFindings(rows.db)
      .filter(({ rule }) => wanted.includes(rule))
      .map(({ rule, status }) => [rule, status]);
  const made = (minute: number): Did => ({
    ...{ object: ORDER, action: 'created', account: 'per-a', minute },
  });
  const approved = (minute: number): Did => ({ ...made(minute), action: 'approved' });

  it('follow the set in force on the day of the later act', () => {
    rows.feed(...ruleSet('2026-03-10', ['P2P-04']));
    feed(made(0), approved(8 * DAY));
    expect(found('P2P-04')).toEqual([['P2P-04', 'violation']]);
    feed({ ...made(0), object: 'purchase_order-E_DE.PO-2' });
    feed({ ...approved(10 * DAY), object: 'purchase_order-E_DE.PO-2' });
    expect(found('P2P-04')).toHaveLength(1);
  });

  it('stay when the rule goes, and the chain goes on', () => {
    rows.feed(...ruleSet('2026-03-10', ['P2P-04']));
    feed(made(0), approved(8 * DAY), approved(20 * DAY));
    const [finding] = storedFindings(rows.db).filter(({ rule }) => rule === 'P2P-04');
    expect(finding?.proofs).toHaveLength(2);
  });

  it('come with a rule that was not there before, for what happens from then on', () => {
    rows.feed(...ruleSet('2026-01-20', ['DOA-05']), ...ruleSet('2026-03-10', []));
    const issued = (id: string, minute: number): Did => ({
      ...{ object: `purchase_order-E_DE.${id}`, action: 'issued', account: 'per-b', minute },
    });
    feed(issued('PO-3', 8 * DAY), issued('PO-4', 12 * DAY));
    expect(
      storedFindings(rows.db)
        .filter(({ rule }) => rule === 'DOA-05')
        .map(({ scope }) => scope),
    ).toEqual(['purchase_order-E_DE.PO-4']);
  });

  it('know events to which only the own mapping gives duties, from its first day', () => {
    const own = { type: 'purchase-order.countersigned', duties: ['PO-APPROVE'] };
    const entry = { effectiveFrom: '2026-03-10', rows: [...shippedMapping.rows, own] };
    rows.feed(...version('duty-mapping', 'own', entry));
    const signed = (minute: number): Did => ({ ...made(minute), action: 'countersigned' });
    feed(made(0), signed(2 * DAY));
    expect(found('P2P-04')).toEqual([]);
    feed(signed(12 * DAY));
    expect(found('P2P-04')).toEqual([['P2P-04', 'violation']]);
  });

  it('may give duties to decisions about the controls themselves', () => {
    const own = [
      { type: 'sod-exception.proposed', duties: ['EXC-REQUEST'] },
      { type: 'sod-exception.approved', duties: ['EXC-APPROVE'] },
    ];
    const entry = { effectiveFrom: '2026-02-01', rows: [...shippedMapping.rows, ...own] };
    rows.feed(...version('duty-mapping', 'own', entry));
    const stream = 'sod_exception-_.X-1';
    const decision = (verb: string, minute: number): EventInput => ({
      ...{ stream, type: `sod-exception.${verb}`, actor: { id: 'per-a', kind: 'person' } },
      occurredAt: `2026-03-01T09:0${minute}:00.000Z`,
      data:
        verb === 'proposed'
          ? { version: 1, entry: { rule: 'P2P-05', person: 'P-BOB' }, by: 'per-a' }
          : { version: 1, at: '2026-03-01T09:02:00.000Z', by: 'per-a' },
    });
    rows.feed(decision('proposed', 1), decision('approved', 2));
    expect(found('ADM-06')).toEqual([['ADM-06', 'violation']]);
  });
});
