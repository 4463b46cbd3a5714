import { canonicalBytes } from '../../src/kernel/canonical-json';
import { commitmentOf } from '../../src/kernel/commitment';
import { EXAMPLE_LOG } from './example-log';

/** Openings of entry 1 of the example log; the salts are published test material. */
const OPENINGS = [
  {
    path: '/data/payee/iban',
    salt: '606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f',
    value: 'DE75512108001245126199',
    commitment: '7a0049d707a6e79fc8d4d547e2080f1979ca0a448f719f69c38bc24aab1d0a2b',
  },
  {
    path: '/data/payee/name',
    salt: '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
    value: 'Erika Mustermann GmbH & Co. KG, Köln',
    commitment: '712de2fc11cceb04525c64fbdb2f5c2ba8b4103dc5b488148115e5d545c5a46d',
  },
];

describe('commitments', () => {
  it.each(OPENINGS)(
    '$path opens to its value and stands in the entry',
    ({ path, salt, value, commitment }) => {
      expect(commitmentOf(path, Buffer.from(salt, 'hex'), canonicalBytes(value))).toBe(commitment);
      expect(EXAMPLE_LOG[1]?.entry).toContain(`"${path}":"${commitment}"`);
    },
  );

  it('need a salt of 32 bytes', () => {
    expect(() => commitmentOf('/a', new Uint8Array(31), new Uint8Array())).toThrow(RangeError);
  });
});
