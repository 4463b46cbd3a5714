import { isStreamName, parseStreamName, streamName } from '../../../src/kernel/stream-name';
import { codeOf } from '../../support/refusals';

describe('a stream name', () => {
  it.each([
    ['purchase-order', 'E_DE', 'PO-1', 'purchase_order-E_DE.PO-1'],
    ['invoice', '_', 'INV-1001', 'invoice-_.INV-1001'],
    ['invoice', 'E.DE', 'a.b', 'invoice-E%2EDE.a.b'],
    ['invoice', 'E-1~', '2026/07 ä', 'invoice-E-1~.2026%2F07%20%C3%A4'],
    ['invoice', 'E', 'e\u0301', 'invoice-E.%C3%A9'],
    ['invoice', 'E', '%41', 'invoice-E.%2541'],
    ['cost_center', 'E', 'x', 'cost_center-E.x'],
  ])('of %s %s %j is written in one form', (type, entity, key, name) => {
    expect(streamName(type, entity, key)).toBe(name);
    expect(isStreamName(name)).toBe(true);
    expect(parseStreamName(name)).toEqual({
      category: type.replace('-', '_'),
      objectType: type.replace('_', '-'),
      entity,
      key: key.normalize('NFC'),
    });
  });

  it.each([
    'invoice',
    'invoice-E',
    'invoice-.k',
    'invoice-E.',
    'Invoice-E.k',
    '1invoice-E.k',
    'invoice-E.a b',
    'invoice-E.%2f',
    'invoice-E.%41',
    'invoice-E.%',
    'invoice-E.%ff',
    'invoice-E.e%CC%81',
    'invoice-E%2D.k',
    `invoice-E.${'k'.repeat(391)}`,
    `${'a'.repeat(33)}-E.k`,
    '',
  ])('is not %j', (name) => {
    expect(isStreamName(name)).toBe(false);
    expect(codeOf(() => parseStreamName(name))).toBe('malformed');
  });

  it('needs a type, an entity and a key, and at most 400 bytes', () => {
    expect(codeOf(() => streamName('Invoice', 'E', 'k'))).toBe('malformed');
    expect(codeOf(() => streamName('invoice', '', 'k'))).toBe('malformed');
    expect(codeOf(() => streamName('invoice', 'E', ''))).toBe('malformed');
    expect(streamName('invoice', 'E', 'k'.repeat(390)).length).toBe(400);
    expect(codeOf(() => streamName('invoice', 'E', 'k'.repeat(391)))).toBe('too-large');
  });
});
