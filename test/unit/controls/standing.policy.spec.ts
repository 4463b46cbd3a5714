import { type Cancellation } from '../../../src/controls/duty-event.policy';
import { DEFAULT_RULES } from '../../../src/controls/rule-set.policy';
import { standingActs } from '../../../src/controls/standing.policy';
import { act, IDENTITIES, judged } from '../../support/duty-events';

describe('an act that was withdrawn', () => {
  const created = act('PO-CREATE', 'bob', 1);
  const approved = act('PO-APPROVE', 'bob', 2);
  const withdrawn = (day: number): Cancellation => ({
    id: 'w',
    at: act('', '', day).at,
    cancels: approved.id,
  });

  it('is void when nothing was built on it', () => {
    expect(judged([created, approved], [withdrawn(3)])).toEqual([]);
  });

  it.each([
    ['stands when goods came in between', 3, 1],
    ['is void when goods came before it', 1, 0],
    ['is void when goods came after the withdrawal', 5, 0],
    ['stands when goods came at the moment of the withdrawal', 4, 1],
  ])('%s', (_, goodsDay, count) => {
    const goods = act('GR-POST', 'alice', goodsDay, { object: 'GR-1', id: 'goods' });
    expect(judged([created, approved, goods], [withdrawn(4)])).toHaveLength(count);
  });

  it('stands when a payment about the same vendor was sent in between', () => {
    const aboutVendor = { object: 'V1', refs: ['vendor:V1'] };
    const change = act('VEND-BANK', 'alice', 2, aboutVendor);
    const release = act('VEND-APPROVE', 'alice', 2, {
      ...aboutVendor,
      at: '2026-03-02T10:00:00.000Z',
    });
    const sent = act('PAY-EXEC', 'job', 3, {
      object: 'PAY-1',
      lineages: ['L9'],
      refs: ['vendor:V1'],
    });
    const back: Cancellation = { id: 'back', at: '2026-03-04T09:00:00.000Z', cancels: change.id };
    expect(judged([change, release, sent], [back])).toHaveLength(1);
    expect(judged([change, release], [back])).toEqual([]);
  });

  it('is judged by its first withdrawal, in whatever order two of them are known', () => {
    const goods = act('GR-POST', 'alice', 5, { object: 'GR-1' });
    const both = [{ ...withdrawn(6), id: 'w6' }, withdrawn(3)];
    expect(judged([created, approved, goods], both)).toEqual([]);
    expect(judged([created, approved, goods], both.toReversed())).toEqual([]);
  });

  it('at the moment of goods received came before them or not by event id', () => {
    const goods = (id: string) => act('GR-POST', 'alice', 2, { object: 'GR-1', id });
    expect(judged([created, approved, goods('a')], [withdrawn(4)])).toEqual([]);
    expect(judged([created, approved, goods('z')], [withdrawn(4)])).toHaveLength(1);
  });

  it('stands when it changed who may do what', () => {
    const granted = act('SIGN-MAINT', 'alice', 2);
    const cancellations = [{ id: 'back', at: '2026-03-04T09:00:00.000Z', cancels: granted.id }];
    const standing = standingActs([granted], cancellations, {
      rules: DEFAULT_RULES,
      identities: IDENTITIES,
      consequences: { isAny: () => false },
    });
    expect(standing).toHaveLength(1);
  });

  it('stands when it cannot be undone', () => {
    const goods = act('GR-POST', 'bob', 3, { object: 'GR-1' });
    const back: Cancellation = { id: 'back', at: '2026-03-04T09:00:00.000Z', cancels: goods.id };
    expect(judged([created, goods], [back])).toEqual([['P2P-05', 'P-BOB', 'violation', 'L1']]);
  });
});

describe('versions of a document', () => {
  const change = { isChange: true };

  it('that are approved by another person are clear, whoever approved an earlier one', () => {
    const events = [
      act('PO-CREATE', 'alice', 1),
      act('PO-APPROVE', 'bob', 2),
      act('PO-CREATE', 'bob', 3, change),
    ];
    expect(judged(events)).toEqual([]);
    expect(judged([...events, act('PO-APPROVE', 'bob', 4)])).toEqual([
      ['P2P-04', 'P-BOB', 'violation', 'L1'],
    ]);
  });

  it('are as the source states them', () => {
    const edited = act('PO-CREATE', 'bob', 3, { version: 7 });
    expect(judged([edited, act('PO-APPROVE', 'bob', 4, { version: 6 })])).toEqual([]);
    expect(judged([edited, act('PO-APPROVE', 'bob', 4, { version: 7 })])).toHaveLength(1);
  });

  it('are not made by a change that touches nothing that matters', () => {
    const touched = act('PO-CREATE', 'bob', 3, { ...change, isMaterial: false });
    expect(judged([act('PO-CREATE', 'alice', 1), touched, act('PO-APPROVE', 'bob', 4)])).toEqual(
      [],
    );
  });

  it('do not heal a self-approval that goods were received against', () => {
    const events = [
      act('PO-CREATE', 'bob', 1),
      act('PO-APPROVE', 'bob', 2),
      act('PO-CREATE', 'alice', 4, change),
    ];
    const goods = act('GR-POST', 'alice', 3, { object: 'GR-1' });
    expect(judged(events)).toEqual([]);
    expect(judged([...events, goods])).toContainEqual(['P2P-04', 'P-BOB', 'violation', 'L1']);
  });

  it('approved earlier and relied on do not make their approver a preparer of what he edits later', () => {
    const events = [
      act('PO-CREATE', 'alice', 1),
      act('PO-APPROVE', 'bob', 2),
      act('PO-CREATE', 'bob', 4, change),
    ];
    expect(judged([...events, act('GR-POST', 'job', 3, { object: 'GR-1' })])).toEqual([]);
  });

  it('are not relied on by a payment on another chain about the same vendor', () => {
    const vendor = { refs: ['vendor:V1'] };
    const events = [
      act('PO-CREATE', 'bob', 1, vendor),
      act('PO-APPROVE', 'bob', 2, vendor),
      act('PO-CREATE', 'alice', 4, change),
    ];
    const sent = act('PAY-EXEC', 'job', 3, { object: 'PAY-1', lineages: ['L9'], ...vendor });
    expect(judged([...events, sent])).toEqual([]);
  });

  it('are not set by what an approval states', () => {
    const events = [
      act('PO-CREATE', 'alice', 1),
      act('PO-APPROVE', 'alice-erp', 2, { version: 3 }),
    ];
    const edited = [
      act('PO-CREATE', 'bob', 3, change),
      act('PO-APPROVE', 'bob', 4, { version: 2 }),
    ];
    expect(judged([...events, ...edited])).toContainEqual(['P2P-04', 'P-BOB', 'violation', 'L1']);
  });

  it('of two documents do not meet', () => {
    const events = [
      act('PO-CREATE', 'alice', 1),
      act('PO-APPROVE', 'alice', 2, { object: 'PO-2' }),
    ];
    expect(judged(events)).toEqual([]);
  });
});
