import {
  type Consistency,
  type Inclusion,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/sealing/merkle-verify';

/**
 * The good proofs of the published vectors (transparency-dev/merkle, Apache-2.0), base64. What must be refused is made from
 * them by the changes that the vectors' own negative cases name; all 196 run in `npm run test:reference`.
 */
const INCLUSIONS = [
  {
    index: 0,
    size: 1,
    leaf: 'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
    root: 'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
    hashes: [],
  },
  {
    index: 0,
    size: 8,
    leaf: 'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
    root: 'XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=',
    hashes: [
      'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
      'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
      'a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=',
    ],
  },
  {
    index: 5,
    size: 8,
    leaf: 'QnGia+DYqE8L1UyMMC58s6O10fpngKQLzOKHNHfatlg=',
    root: 'XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=',
    hashes: [
      'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=',
      'yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=',
      '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
    ],
  },
  {
    index: 2,
    size: 3,
    leaf: 'ApjRIpBtz8EIkstTpzmS/FufST6kybrbJ7eRtBJ6f+c=',
    root: 'rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=',
    hashes: ['+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU='],
  },
  {
    index: 1,
    size: 5,
    leaf: 'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
    root: 'Tju7H3tHjc/nH7YxYxUZo7yhLJrvyhYSv85ME6hiZNQ=',
    hashes: [
      'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
      'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
      'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=',
    ],
  },
] as const;
const CONSISTENCIES = [
  {
    from: 1,
    to: 1,
    fromRoot: 'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
    toRoot: 'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
    hashes: [],
  },
  {
    from: 1,
    to: 8,
    fromRoot: 'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
    toRoot: 'XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=',
    hashes: [
      'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
      'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
      'a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=',
    ],
  },
  {
    from: 6,
    to: 8,
    fromRoot: 'duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=',
    toRoot: 'XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=',
    hashes: [
      'DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=',
      'yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=',
      '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
    ],
  },
  {
    from: 2,
    to: 5,
    fromRoot: '+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=',
    toRoot: 'Tju7H3tHjc/nH7YxYxUZo7yhLJrvyhYSv85ME6hiZNQ=',
    hashes: [
      'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
      'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=',
    ],
  },
  {
    from: 6,
    to: 7,
    fromRoot: 'duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=',
    toRoot: '3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=',
    hashes: [
      'DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=',
      'sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=',
      '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
    ],
  },
] as const;

const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
const inclusions = INCLUSIONS.map(({ index, size, leaf, root, hashes }): Inclusion => ({
  ...{ index, size, leaf: bytes(leaf), root: bytes(root) },
  hashes: hashes.map(bytes),
}));
const consistencies = CONSISTENCIES.map(({ from, to, fromRoot, toRoot, hashes }): Consistency => ({
  ...{ from, to, fromRoot: bytes(fromRoot), toRoot: bytes(toRoot) },
  hashes: hashes.map(bytes),
}));

const GARBAGE = Buffer.alloc(32, 0x5a);
const NUMBERS = [-1, 0.5, Number.NaN, Infinity, 2 ** 53, 2 ** 63, 2 ** 64 - 1];

/** One bit of each hash turned, each hash left out, doubled, and made longer and shorter. */
function spoiledHashes(hashes: readonly Uint8Array[]): (readonly Uint8Array[])[] {
  return hashes.flatMap((hash, i) => {
    const turned = Buffer.from(hash);
    turned[0]! ^= 8;
    const put = (...others: readonly Uint8Array[]) => hashes.toSpliced(i, 1, ...others);
    return [
      ...[put(turned), put(), put(hash, hash), put(Buffer.alloc(0), hash)],
      ...[put(Buffer.concat([hash, hash])), put(hash.subarray(1))],
    ];
  });
}

/** What belongs to the proof, or to nothing, before and behind its hashes. */
const lengthened = (hashes: readonly Uint8Array[], ...roots: readonly Uint8Array[]) =>
  [GARBAGE, ...roots].flatMap((more) => [
    [more, ...hashes],
    [...hashes, more],
  ]);

describe('inclusion proofs', () => {
  it.each(inclusions)('of index $index in a log of $size, as published', (proof) => {
    expect(verifyInclusion(proof)).toBe(true);
  });

  it.each(inclusions)(
    'of index $index in a log of $size: every change of it is refused',
    (good) => {
      const { index, size, root, hashes } = good;
      const changed: Inclusion[] = [
        ...[index - 1, index + 1, index ^ 2, size, ...NUMBERS].map((n) => ({ ...good, index: n })),
        ...[size * 2, Math.floor(size / 2), ...NUMBERS].map((n) => ({ ...good, size: n })),
        ...[GARBAGE, Buffer.alloc(0)].flatMap((hash) => [
          { ...good, leaf: hash },
          { ...good, root: hash },
        ]),
        ...spoiledHashes(hashes).map((other) => ({ ...good, hashes: other })),
        ...lengthened(hashes, root).map((other) => ({ ...good, hashes: other })),
      ];
      expect(changed.length).toBeGreaterThan(25);
      expect(changed.filter(verifyInclusion)).toEqual([]);
    },
  );
});

describe('consistency proofs', () => {
  it.each(consistencies)('from $from to $to, as published', (proof) => {
    expect(verifyConsistency(proof)).toBe(true);
  });

  it.each(consistencies)('from $from to $to: every change of it is refused', (good) => {
    const { from, to, fromRoot, toRoot, hashes } = good;
    const changed: Consistency[] = [
      ...[from - 1, from + 1, from ^ 2, 0, ...NUMBERS].map((n) => ({ ...good, from: n })),
      ...[to * 2, Math.floor(to / 2), ...NUMBERS].map((n) => ({ ...good, to: n })),
      ...[GARBAGE, Buffer.alloc(0)].flatMap((hash) => [
        { ...good, fromRoot: hash },
        { ...good, toRoot: hash },
      ]),
      ...(from === to ? [] : [{ ...good, fromRoot: toRoot, toRoot: fromRoot }]),
      ...(hashes.length === 0 ? [] : [{ ...good, hashes: [] }]),
      ...spoiledHashes(hashes).map((other) => ({ ...good, hashes: other })),
      ...lengthened(hashes, fromRoot, toRoot).map((other) => ({ ...good, hashes: other })),
    ];
    expect(changed.length).toBeGreaterThan(25);
    expect(changed.filter(verifyConsistency)).toEqual([]);
  });
});
