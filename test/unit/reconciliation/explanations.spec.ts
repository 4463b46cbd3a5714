import {
  explainBreak,
  type ExplainedLine,
  explainGroup,
} from '../../../src/reconciliation/matching/explain.policy';
import { bank } from '../../support/match-lines';

const bookLine: ExplainedLine = {
  side: 'A',
  bookDate: '2026-03-12',
  amountMinor: 125_000n,
  currency: 'EUR',
  label: 'INV-10023',
};
const bankLine: ExplainedLine = {
  side: 'B',
  bookDate: '2026-03-14',
  amountMinor: 125_000n,
  currency: 'EUR',
  label: 'INV10023',
};
const pair = {
  keys: ['INV10023'],
  difference: '0.00',
  currency: 'EUR',
  interchangeable: false,
  lines: [bankLine, bookLine],
};

describe('explanations', () => {
  it('lets a controller check a match without the code', () => {
    expect(explainGroup({ ...pair, pass: 'document' }, bank)).toBe(
      'Matched by pass 3, document number and amount. Bank 2026-03-14 EUR 1,250.00 "INV10023"; ' +
        'book 2026-03-12 EUR 1,250.00 "INV-10023". Same account, currency and amount; references equal after normalising ' +
        '(INV10023); bank 2 days after book. Only candidate on either side (1 of 1, 1 of 1). Definition bank, version 2.',
    );
  });

  it('says of twins that they may be exchanged', () => {
    expect(explainGroup({ ...pair, pass: 'end-to-end', interchangeable: true }, bank)).toContain(
      'INTERCHANGEABLE',
    );
  });

  it('names the difference of what a person matched', () => {
    expect(explainGroup({ ...pair, pass: 'person', difference: '-1250.05' }, bank)).toContain(
      'Matched by a person.',
    );
    expect(explainGroup({ ...pair, pass: 'person', difference: '-1250.05' }, bank)).toContain(
      'Difference EUR -1,250.05.',
    );
  });

  it('states a failed predicate with both values', () => {
    const failed = [{ predicate: 'amount', a: '1250.00', b: '1250.01' }];
    expect(
      explainBreak(
        { type: 'AMOUNT_DIFFERENCE', failed, lines: [bookLine, bankLine], countA: 1, countB: 1 },
        bank,
      ),
    ).toBe(
      'Same reference, other amount: amount (book 1,250.00, bank 1,250.01). ' +
        'Book 2026-03-12 EUR 1,250.00 "INV-10023"; bank 2026-03-14 EUR 1,250.00 "INV10023".',
    );
  });

  it('names the nearest candidate of an open line, or says that there is none', () => {
    const open = { type: 'UNMATCHED_A', failed: [], lines: [bookLine], countA: 1, countB: 0 };
    const failed = [{ predicate: 'reference', a: 'INV10023', b: '' }];
    expect(explainBreak({ ...open, nearest: { line: bankLine, failed } }, bank)).toBe(
      'In the book and not at the bank. Book 2026-03-12 EUR 1,250.00 "INV-10023". ' +
        'Nearest: bank 2026-03-14 EUR 1,250.00 "INV10023". What fails: reference (book INV10023, bank none).',
    );
    expect(explainBreak(open, bank)).toContain(
      'No open line of the other side agrees in reference or in amount.',
    );
  });

  it.each([
    ['DUPLICATE', undefined, '1 book line and 2 bank lines are identical; 1 bank line too many.'],
    [
      'AMBIGUOUS',
      'competing',
      '1 book line and 2 bank lines have more than one explanation; the engine does not choose.',
    ],
    [
      'AMBIGUOUS',
      'key-reused',
      '1 book line and 2 bank lines carry one key, and it does not tell which belong together;',
    ],
  ])('counts the lines of %s %s', (type, reason, sentence) => {
    const item = {
      type,
      failed: [],
      lines: [bookLine, bankLine],
      countA: 1,
      countB: 2,
      ...(reason === undefined ? {} : { reason }),
    };
    expect(explainBreak(item, bank)).toContain(sentence);
    expect(explainBreak(item, bank)).toContain('and 1 more.');
  });

  it('writes yen without a point and large sums in groups', () => {
    const yen: ExplainedLine = { ...bookLine, currency: 'JPY', amountMinor: -1_234_567n };
    const sentence = explainBreak(
      { type: 'UNMATCHED_A', failed: [], lines: [yen], countA: 1, countB: 0 },
      bank,
    );
    expect(sentence).toContain('JPY -1,234,567 "INV-10023"');
  });
});
