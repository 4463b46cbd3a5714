import * as fc from 'fast-check';
import { encodeEntry, type Entry } from '../../../src/kernel/entry';
import { isTieoutError } from '../../../src/kernel/errors';
import { hex, leafHash } from '../../../src/kernel/hash';
import {
  openCheckpoint,
  readCheckpoint,
  readCheckpointBody,
  signCheckpoint,
} from '../../../src/sealing/checkpoint';
import { addCheckpointText, readAddCheckpoint } from '../../../src/sealing/add-checkpoint';
import { cosignerOf, isCosigned, meetsQuorum } from '../../../src/sealing/cosignature';
import { bundleOf, readBundle } from '../../../src/sealing/entry-bundle';
import { readEntry } from '../../../src/sealing/entry-check';
import { headsProofText, readHeadsProof, verifyHeadsProof } from '../../../src/sealing/heads-json';
import { HEADS_COMMITTED, HEADS_STREAM } from '../../../src/sealing/heads-names';
import { HeadsMap } from '../../../src/sealing/heads-map';
import { verifyHeadsPath } from '../../../src/sealing/heads-proof';
import { inclusionProof, rootOf } from '../../../src/sealing/merkle-log';
import { verifyConsistency, verifyInclusion } from '../../../src/sealing/merkle-verify';
import { readNote } from '../../../src/sealing/note';
import { readPolicy } from '../../../src/sealing/policy-file';
import { readPrivateKey, signerOf } from '../../../src/sealing/signer';
import { readTilePath } from '../../../src/sealing/tile-path';
import { readTlogProof, tlogProofText } from '../../../src/sealing/tlog-proof';
import { readVkey } from '../../../src/sealing/vkey';
import { Witness } from '../../../src/sealing/witness';
import { goodLines } from '../../../src/sealing/witness-client';
import {
  CHECKPOINTS,
  COSIGNED,
  ENTRIES,
  PROOF_3,
  SKEY,
  VKEY,
  WITNESS_VKEY,
} from '../../support/log-example';

const LOG = readVkey(VKEY);
const WITNESS = readVkey(WITNESS_VKEY);
const POLICY = `log ${VKEY}\nwitness w1 ${WITNESS_VKEY}\ngroup g1 any w1\nquorum g1\n`;
const STREAM = 'invoice-E_DE.INV-1001';
const leaves = ENTRIES.map((entry) => leafHash(Buffer.from(entry)));
const heads = new HeadsMap();
heads.add(STREAM, 2, leaves[3]!);
heads.advance(1);
const COMMITMENT = encodeEntry({
  ...(JSON.parse(ENTRIES[0]!) as Entry),
  stream: HEADS_STREAM,
  type: HEADS_COMMITTED,
  data: { bits: 0, root: hex(heads.state().root), size: 1, streams: 1 },
});
const withHeads = [...leaves, leafHash(COMMITMENT)];
const signed = signCheckpoint(readPrivateKey(SKEY), withHeads.length, rootOf(withHeads));
const HEADS = headsProofText({
  stream: STREAM,
  entry: COMMITMENT,
  proof: tlogProofText({
    index: leaves.length,
    hashes: inclusionProof(leaves.length, withHeads.length, (level, n) =>
      rootOf(withHeads, n * 2 ** level, (n + 1) * 2 ** level),
    ),
    checkpoint: signed.note,
  }),
  path: heads.proofOf(STREAM),
});

const ADD = addCheckpointText({ old: 0, hashes: [], checkpoint: CHECKPOINTS[4]! });
const newWitness = () =>
  new Witness({
    logs: [LOG],
    cosigner: cosignerOf(signerOf('witness.example/w', Buffer.alloc(32, 7))),
    store: { change: (_, decide) => decide(undefined) },
    now: () => 0,
  });

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** Everything that reads bytes of others: a good input, and the reader. */
const READERS: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => unknown])[] = [
  ['a signed note', bytesOf(COSIGNED), (bytes) => readNote(bytes)],
  ['a checkpoint', bytesOf(COSIGNED), (bytes) => readCheckpoint(bytes)],
  ['a checkpoint of a known key', bytesOf(COSIGNED), (bytes) => openCheckpoint(bytes, LOG)],
  [
    'the body of a checkpoint',
    bytesOf(CHECKPOINTS[4]!.split('\n\n')[0]! + '\n'),
    (b) => readCheckpointBody(textOf(b)),
  ],
  ['cosignatures', bytesOf(COSIGNED), (bytes) => isCosigned(readNote(bytes), WITNESS)],
  ['a quorum', bytesOf(COSIGNED), (bytes) => meetsQuorum(readNote(bytes), readPolicy(POLICY))],
  ['a verifier key', bytesOf(VKEY), (bytes) => readVkey(textOf(bytes))],
  ['a private key file', bytesOf(SKEY), (bytes) => readPrivateKey(textOf(bytes))],
  [
    'a policy',
    bytesOf(POLICY),
    (bytes) => meetsQuorum(readNote(COSIGNED), readPolicy(textOf(bytes))),
  ],
  ['a tlog-proof', bytesOf(PROOF_3), (bytes) => readTlogProof(textOf(bytes))],
  ['what a log sends to a witness', bytesOf(ADD), (bytes) => readAddCheckpoint(textOf(bytes))],
  ['a witness', bytesOf(ADD), (bytes) => newWitness().addCheckpoint(textOf(bytes))],
  [
    'what a witness answers',
    bytesOf(COSIGNED.slice(CHECKPOINTS[4]!.length)),
    (bytes) => goodLines(openCheckpoint(CHECKPOINTS[4]!, LOG), textOf(bytes), [WITNESS]),
  ],
  ['the path of a tile', bytesOf('tile/3/x001/x234/067.p/12'), (b) => readTilePath(textOf(b))],
  ['a bundle', bundleOf(ENTRIES.map(bytesOf)), (bytes) => readBundle(bytes)],
  ['an entry', bytesOf(ENTRIES[3]!), (bytes) => readEntry(bytes)],
  ['a heads proof', bytesOf(HEADS), (bytes) => readHeadsProof(bytes)],
  [
    'a heads proof, verified',
    bytesOf(HEADS),
    (bytes) => verifyHeadsProof(readHeadsProof(bytes), signed),
  ],
  [
    'a bucket of heads',
    heads.proofOf(STREAM).data,
    (data) => verifyHeadsPath(heads.state(), STREAM, { bucket: 0, data, hashes: [] }),
  ],
];

/** Far more than any reading of a small input takes, on a busy machine too. */
const READ_MS_MAX = 2_000;

function expectAnswerOrRefusal(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  const started = performance.now();
  try {
    read(bytes);
  } catch (error) {
    if (!isTieoutError(error, 'proof-invalid')) throw error;
    expect(error.message.length).toBeGreaterThan(10);
  }
  expect(performance.now() - started).toBeLessThan(READ_MS_MAX);
}

type Spoil = (bytes: Buffer) => Uint8Array;
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const PIECES = [
  ...['\n', '\n\n', ' ', '\t', '\0', '\r\n', '+', '-', '/', '=', '%', '"', '{', '[', ']', '}'],
  ...[
    '\u2014 ',
    '\ufeff',
    '\ud83d\ude00',
    '0',
    '00',
    '-1',
    '1e9',
    '9007199254740993',
    '18446744073709551616',
  ],
  ...[
    'null',
    'none',
    '__proto__',
    '../',
    'x000/',
    'A'.repeat(300),
    '"v":1,',
    'log ',
    'group g any w1\n',
  ],
].map((text) => Buffer.from(text));

const spoil: fc.Arbitrary<Spoil> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(([at, bit]): Spoil => (bytes) => {
    const i = Math.floor(at * bytes.length);
    if (bytes.length > 0) bytes[i]! ^= 1 << bit;
    return bytes;
  }),
  fc.tuple(place, fc.uint8Array({ maxLength: 8 })).map(([at, more]): Spoil => insert(at, more)),
  fc.tuple(place, fc.constantFrom(...PIECES)).map(([at, more]): Spoil => insert(at, more)),
  fc.tuple(place, place).map(([a, b]): Spoil => (bytes) => {
    const [from, to] = range(bytes, a, b);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  }),
  fc.tuple(place, place, fc.integer({ min: 1, max: 40 })).map(([a, b, times]): Spoil => (bytes) => {
    const [from, to] = range(bytes, a, b);
    const again = Array.from({ length: times }, () => bytes.subarray(from, to));
    return Buffer.concat([bytes.subarray(0, to), ...again, bytes.subarray(to)]);
  }),
);

const insert =
  (at: number, more: Uint8Array): Spoil =>
  (bytes) => {
    const i = Math.floor(at * (bytes.length + 1));
    return Buffer.concat([bytes.subarray(0, i), more, bytes.subarray(i)]);
  };

function range(bytes: Uint8Array, a: number, b: number): [number, number] {
  const [from, to] = [a, b].map((at) => Math.floor(at * (bytes.length + 1))).sort((x, y) => x - y);
  return [from!, to!];
}

const spoiled = (good: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .array(spoil, { minLength: 1, maxLength: 6 })
    .map((spoils) => spoils.reduce<Uint8Array>((bytes, each) => each(Buffer.from(bytes)), good));

describe.each(READERS)('the reader of %s', (_, good, read) => {
  it('takes the good input, so that what follows begins from something real', () => {
    const answer = read(good);
    expect([undefined, false]).not.toContain(answer);
  });

  it('answers or refuses random bytes with a code and a sentence', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => expectAnswerOrRefusal(read, bytes)),
      { numRuns: 200 },
    );
  });

  it('answers or refuses what was good and was spoiled', () => {
    fc.assert(
      fc.property(spoiled(good), (bytes) => expectAnswerOrRefusal(read, bytes)),
      { numRuns: 600 },
    );
  });

  it.each(['\n', ' ', 'A', '=', '/', '+', '[', '{"a":', '"', '\u2014 ', '\0', '0', 'x000/', '%'])(
    'answers or refuses a megabyte of %j in good time',
    (piece) => {
      const bytes = Buffer.alloc(1024 * 1024, piece);
      expectAnswerOrRefusal(read, bytes);
      expectAnswerOrRefusal(read, Buffer.concat([good, bytes]));
      expectAnswerOrRefusal(read, Buffer.concat([bytes, good]));
    },
  );
});

describe('a policy of many groups', () => {
  it('is answered in one pass, however the groups name each other', () => {
    const groups = Array.from({ length: 2_000 }, (_, i) =>
      i < 2 ? `group g${i} any w1` : `group g${i} all g${i - 1} g${i - 2}`,
    );
    const text = `log ${VKEY}\nwitness w1 ${WITNESS_VKEY}\n${groups.join('\n')}\nquorum g1999\n`;
    expect(meetsQuorum(readNote(COSIGNED), readPolicy(text))).toBe(true);
    expect(meetsQuorum(readNote(CHECKPOINTS[4]!), readPolicy(text))).toBe(false);
  });
});

describe('proofs of any numbers and hashes', () => {
  const number = fc.oneof(
    fc.nat(),
    fc.double(),
    fc.constantFrom(-1, 2 ** 53, 2 ** 63, 2 ** 64, Infinity, 0.5),
  );
  const hash = fc.oneof(
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc.uint8Array({ maxLength: 40 }),
  );
  const hashes = fc.array(hash, { maxLength: 70 });

  it('are refused without an exception', () => {
    fc.assert(
      fc.property(number, number, hash, hash, hashes, (index, size, leaf, root, path) => {
        expect(verifyInclusion({ index, size, leaf, root, hashes: path })).toBe(false);
        const [fromRoot, toRoot] = [leaf, root];
        const growth = { from: index, to: size, fromRoot, toRoot, hashes: path };
        expect(verifyConsistency(growth)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
