import { fromHex, hex, leafHash, nodeHash, sha256, sha256Hex } from '../../../src/kernel/hash';

/** SHA-256 of 0x00 and 65,535 or 70,000 times `x`, computed with Python's hashlib. */
const LONG_LEAVES: readonly (readonly [number, string])[] = [
  [65_535, 'd1350d9d303ad9deddcb2921a2ee276b1b1a04371c18405f37966cc5a27601be'],
  [70_000, '9e01c0bdf0c1866248e8a806b40629bc97ef42a234a7516e9b9c54ec0b2b2f38'],
];

describe('hashes', () => {
  it('are SHA-256', () => {
    // FIPS 180-4, the one-block example.
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256Hex('abc')).toBe(abc);
    expect(hex(sha256('a', Buffer.from('b'), 'c'))).toBe(abc);
    expect(sha256Hex('a', 'bc')).toBe(abc);
    expect(hex(sha256(Buffer.from('abc')))).toBe(abc);
  });

  it('part leaves from nodes by their first byte', () => {
    // RFC 6962, section 2.1: the empty leaf, and the node over two empty leaves.
    const empty = leafHash(new Uint8Array());
    expect(hex(empty)).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(hex(nodeHash(empty, empty))).toBe(
      'fe43d66afa4a9a5c4f9c9da89f4ffb52635c8f342e7ffb731d68e36c5982072a',
    );
  });

  it.each(LONG_LEAVES)('cover an entry of %i bytes', (length, expected) => {
    expect(hex(leafHash(Buffer.alloc(length, 'x')))).toBe(expected);
  });

  it('refuse a node of anything but two hashes', () => {
    expect(() => nodeHash(new Uint8Array(31), new Uint8Array(32))).toThrow(RangeError);
    expect(() => nodeHash(new Uint8Array(32), new Uint8Array(33))).toThrow(RangeError);
  });

  it('are written and read as lower-case hex', () => {
    expect(hex(Uint8Array.of(0, 171))).toBe('00ab');
    expect([...fromHex('00ab')]).toEqual([0, 171]);
    expect(() => fromHex('00AB')).toThrow(RangeError);
    expect(() => fromHex('0')).toThrow(RangeError);
  });
});
