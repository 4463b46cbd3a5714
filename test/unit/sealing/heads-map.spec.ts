import { createHash } from 'node:crypto';
import { HEADS_WAITING_MAX, HeadsMap, type HeadsPath } from '../../../src/sealing/heads-map';
import { verifyHeadsPath } from '../../../src/sealing/heads-proof';
import { bitsOf } from '../../../src/sealing/heads-record';

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer =>
  parts.reduce((state, part) => state.update(part), createHash('sha256')).digest();

interface Head {
  readonly stream: string;
  readonly revision: number;
  readonly leaf: Buffer;
}

/** The map by its definition: buckets of sorted records, and their RFC 6962 root. */
function rootOf(heads: readonly Head[], bits: number): string {
  const buckets: Buffer[][] = Array.from({ length: 2 ** bits }, () => []);
  for (const { stream, revision, leaf } of heads) {
    const key = sha256(stream);
    const bucket = bits === 0 ? 0 : parseInt(key.toString('hex').slice(0, 8), 16) >>> (32 - bits);
    const number = Buffer.alloc(8);
    number.writeUInt32BE(revision, 4);
    buckets[bucket]!.push(Buffer.concat([key, number, leaf]));
  }
  let row = buckets.map((records) =>
    sha256(Buffer.from([0]), 'tieout/heads/v1\n', ...records.sort(Buffer.compare)),
  );
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, i) =>
      sha256(Buffer.from([1]), row[2 * i]!, row[2 * i + 1]!),
    );
  }
  return row[0]!.toString('hex');
}

const leafOf = (n: number): Buffer => sha256(`leaf ${n}`);
const rootIn = (map: HeadsMap): string => Buffer.from(map.state().root).toString('hex');

describe('the map of stream heads', () => {
  it.each([
    [0, 0],
    [1, 0],
    [8, 0],
    [9, 1],
    [16, 1],
    [17, 2],
    [1_000_000, 17],
  ])('of %d streams has depth %d', (streams, bits) => {
    expect(bitsOf(streams)).toBe(bits);
  });

  it('of an empty log is one empty bucket', () => {
    const map = new HeadsMap();
    expect(map.state()).toMatchObject({ size: 0, streams: 0, bits: 0 });
    // tieout_heads_map.json, empty_map
    expect(rootIn(map)).toBe('9c1d33d0467105de6810ace6453048cd1009339e29c192b5c95fbc344961cfca');
    expect(verifyHeadsPath(map.state(), 'invoice-E_DE.1', map.proofOf('invoice-E_DE.1'))).toBe(
      undefined,
    );
  });

  it('has at every committed size the root of the definition', () => {
    const map = new HeadsMap();
    const heads = new Map<string, Head>();
    let size = 0;
    for (const step of [1, 7, 1, 40, 3, 200, 900, 5]) {
      for (let i = 0; i < step; i += 1) {
        const stream = `invoice-E_DE.INV-${(size * 7_919) % 331}`;
        const head = {
          stream,
          revision: (heads.get(stream)?.revision ?? -1) + 1,
          leaf: leafOf(size),
        };
        heads.set(stream, head);
        map.add(stream, head.revision, head.leaf);
        size += 1;
      }
      map.advance(size);
      const { streams, bits } = map.state();
      expect({ streams, bits }).toEqual({ streams: heads.size, bits: bitsOf(heads.size) });
      expect(rootIn(map)).toBe(rootOf([...heads.values()], bits));
    }
    expect(heads.size).toBe(331);
    for (const { stream, revision, leaf } of heads.values()) {
      const found = verifyHeadsPath(map.state(), stream, map.proofOf(stream));
      expect(found?.revision).toBe(revision);
      expect(Buffer.from(found!.leaf)).toEqual(leaf);
    }
  });

  it('speaks of the committed size while newer entries wait', () => {
    const map = new HeadsMap();
    map.add('a-_.1', 0, leafOf(0));
    map.add('b-_.1', 0, leafOf(1));
    map.advance(2);
    const [root, proof] = [map.state().root, map.proofOf('a-_.1')];
    map.add('a-_.1', 1, leafOf(2));
    map.add('c-_.1', 0, leafOf(3));
    expect(map.state()).toMatchObject({ size: 2, streams: 2, root });
    expect(map.proofOf('a-_.1')).toEqual(proof);
    map.advance(3);
    expect(verifyHeadsPath(map.state(), 'a-_.1', map.proofOf('a-_.1'))?.revision).toBe(1);
    expect(verifyHeadsPath(map.state(), 'c-_.1', map.proofOf('c-_.1'))).toBe(undefined);
    expect(() => map.advance(5)).toThrow(RangeError);
    expect(() => map.advance(2)).toThrow(RangeError);
  });

  it('moves on by itself when too many wait', () => {
    const map = new HeadsMap();
    for (let i = 0; i < HEADS_WAITING_MAX + 3; i += 1) map.add('a-_.1', i, leafOf(0));
    expect(map.fed).toBe(HEADS_WAITING_MAX + 3);
    expect(map.size).toBeGreaterThanOrEqual(3);
    expect(map.fed - map.size).toBeLessThanOrEqual(HEADS_WAITING_MAX);
  });
});

/** Streams and leaves of tieout_heads_map.json that share the first bucket of four. */
const BUCKET =
  '7469656f75742f68656164732f76310a03179e0753b03c7894c4aa76c9865679ea546343f7369c4639620d7b0831511400000000000000012b2588493251c5a33457b7645b55349f04aed23a4d52dbc179d22ba825e44a682d536a31ea2c98d208cccff3ade7c770853919a29db78b9276307ee607ec30bc0000000000000004ff5899b898ca920e8e564d8430ac69d5ec637196eb1f21825a43490db683e3e4302b7a77e661425298ecc559294d9aff9fee80ef7973df5257e57284dad35e54000000000000000200277fb2b9ce0f644b9dc8ef60306ff571302472e6fe86b3e3545ea7cb880117';
const HASHES = [
  '063d0e1ddf4986cb0b4bae024e600ecded8391728727562f9ebd10744fcfee31',
  'f9b63b001abe12825b29656dfc343a1d067f64a9b426399bd33efd8aa4887046',
];
const ROOT = '92c358d71cda28bea5668f0b2a0495d80b7fa4b6aaccae7dcfa2cebe4ac5fca0';
const PRESENT = 'invoice-E_DE.INV-2007';

describe('a proof of the head of a stream', () => {
  const hex = (text: string) => Buffer.from(text, 'hex');
  const given = (change: Partial<HeadsPath> = {}, bits = 2, stream = PRESENT, root = ROOT) =>
    verifyHeadsPath({ bits, root: hex(root) }, stream, {
      bucket: 0,
      data: hex(BUCKET),
      hashes: HASHES.map(hex),
      ...change,
    });
  const record = (i: number) => BUCKET.slice(32 + 144 * i, 32 + 144 * (i + 1));
  const bucket = (...records: readonly string[]) => hex(BUCKET.slice(0, 32) + records.join(''));
  /** A root to which a changed bucket does lead. */
  const rootOver = (data: Buffer) =>
    HASHES.reduce(
      (left, right) => sha256(Buffer.from([1]), left, hex(right)),
      sha256(Buffer.from([0]), data),
    ).toString('hex');

  it('holds for the published example', () => {
    const head = given();
    expect(head?.revision).toBe(1);
    expect(Buffer.from(head!.leaf).toString('hex')).toBe(
      '2b2588493251c5a33457b7645b55349f04aed23a4d52dbc179d22ba825e44a68',
    );
  });

  it('is refused when a record is left out or changed', () => {
    const mismatch = { members: { finding: 'proof-mismatch' } };
    const refusedBy = (run: () => unknown) =>
      expect(run).toThrow(expect.objectContaining(mismatch));
    refusedBy(() => given({ data: bucket(record(1), record(2)) }));
    refusedBy(() =>
      given({ data: bucket(record(0).replace(/1(?=2b2588)/, '2'), record(1), record(2)) }),
    );
    refusedBy(() => given({ bucket: 1 }));
    refusedBy(() => given({ hashes: HASHES.toReversed().map(hex) }));
  });

  it.each([
    ['records out of order', bucket(record(1), record(0), record(2))],
    ['a record twice', bucket(record(0), record(0), record(1), record(2))],
    [
      'a record of another bucket',
      bucket(record(0), record(1), record(2), `ff${record(2).slice(2)}`),
    ],
    ['half a record', hex(BUCKET.slice(0, -2))],
    ['another header', hex(BUCKET.replace('7631', '7632'))],
    ['no header', hex('')],
  ])('is refused with %s, although the root fits', (_, data) => {
    expect(() => given({ data }, 2, PRESENT, rootOver(data))).toThrow(
      expect.objectContaining({ members: { finding: 'proof-malformed' } }),
    );
  });

  it('is refused with another number of hashes than the depth', () => {
    for (const [hashes, bits] of [
      [HASHES.slice(1), 2],
      [[...HASHES, HASHES[0]!], 2],
      [HASHES, 3],
      [HASHES, 33],
    ] as const) {
      expect(() => given({ hashes: hashes.map(hex) }, bits)).toThrow(
        expect.objectContaining({ members: { finding: 'proof-malformed' } }),
      );
    }
  });
});
