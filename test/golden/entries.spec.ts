import { decodeEntry, encodeEntry } from '../../src/kernel/entry';
import { EMPTY_ROOT, hex, leafHash, nodeHash } from '../../src/kernel/hash';
import { sourceEventId } from '../../src/kernel/ids';
import { EXAMPLE_LOG } from './example-log';

const leaves = EXAMPLE_LOG.map(({ entry }) => leafHash(Buffer.from(entry)));

describe('the example log of the ledger format', () => {
  it.each(EXAMPLE_LOG.map((each, index) => [index, each] as const))(
    'entry %i is read and written byte for byte',
    (_index, { entry, leaf }) => {
      const decoded = decodeEntry(Buffer.from(entry));
      expect(Buffer.from(encodeEntry(decoded)).toString('utf8')).toBe(entry);
      expect(hex(leafHash(encodeEntry(decoded)))).toBe(leaf);
    },
  );

  it('chains each event to the leaf before it in its stream', () => {
    const [, received, approved, posted] = EXAMPLE_LOG.map(({ entry }) =>
      decodeEntry(Buffer.from(entry)),
    );
    expect([received?.prev, approved?.prev, posted?.prev]).toEqual([
      undefined,
      EXAMPLE_LOG[1]?.leaf,
      EXAMPLE_LOG[2]?.leaf,
    ]);
  });

  it('has the roots of RFC 6962', () => {
    const [a, b, c, d] = leaves as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const roots = [
      a,
      nodeHash(a, b),
      nodeHash(nodeHash(a, b), c),
      nodeHash(nodeHash(a, b), nodeHash(c, d)),
    ];
    expect(roots.map(hex)).toEqual(EXAMPLE_LOG.map(({ root }) => root));
    expect(hex(EMPTY_ROOT)).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('derives the id of the worked example of the API from its source and sender id', () => {
    expect(sourceEventId('tieout.example/acme', 'treasury-eu', 'PAY-2026-0093-CONF')).toBe(
      'afbad565-a792-523e-b735-6ca0636bbe08',
    );
  });
});
