import {
  aggregateId,
  commandEventId,
  commandId,
  isUuid,
  ledgerNamespace,
  processCommandId,
  sourceEventId,
  uuidBytes,
  uuidText,
  uuidV5,
} from '../../../src/kernel/ids';

const ORIGIN = 'tieout.example/acme';

/** Expected values were computed with Python's uuid.uuid5. */
describe('derived ids', () => {
  it('are UUIDs of version 5', () => {
    expect(uuidV5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    );
  });

  it('stand in the namespace of their ledger', () => {
    expect(ledgerNamespace(ORIGIN)).toBe('c243ede9-74fa-5f93-b1ad-24d811b42605');
    expect(sourceEventId(ORIGIN, 'erp-de', 'Büro')).toBe('29d6d4be-12b1-5997-a96c-6b88e932e0ec');
  });

  it('take names of any length', () => {
    expect(sourceEventId(ORIGIN, 's', 'é'.repeat(2000))).toBe(
      'b3464f51-e34e-587d-8f99-919adc97462e',
    );
  });

  it('of a command come from principal and key, of its events from their number', () => {
    const command = commandId(ORIGIN, 'client-1', 'key-1');
    expect(command).toBe('8a859d3c-ca73-53c7-a0a8-a7fe5fdce181');
    expect(commandEventId(command, 0)).toBe('3297ea7d-4782-562a-a307-1c9a67802467');
    expect(aggregateId(command)).toBe('c2fa332f-9376-5875-85fa-00b078172894');
    expect(processCommandId(ORIGIN, 'matching', command, 2)).toBe(
      'c925e114-5f68-5980-abf5-abce7255d9cb',
    );
  });

  it('turn into 16 bytes and back', () => {
    const text = '8a859d3c-ca73-53c7-a0a8-a7fe5fdce181';
    expect(Buffer.from(uuidBytes(text)).toString('hex')).toBe('8a859d3cca7353c7a0a8a7fe5fdce181');
    expect(uuidText(uuidBytes(text))).toBe(text);
    expect(() => uuidBytes(text.toUpperCase())).toThrow(RangeError);
    expect(() => uuidText(new Uint8Array(15))).toThrow(RangeError);
  });

  it('are told from other text', () => {
    expect(
      [
        '8a859d3c-ca73-53c7-a0a8-a7fe5fdce181',
        '8A859D3C-CA73-53C7-A0A8-A7FE5FDCE181',
        '8a859d3cca7353c7a0a8a7fe5fdce181',
        '',
      ].map(isUuid),
    ).toEqual([true, false, false, false]);
  });
});
