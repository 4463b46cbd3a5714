import fc from 'fast-check';
import { canonicalBytes, canonicalJson } from '../../src/kernel/canonical-json';
import { civilDateOfDay, dayNumber } from '../../src/kernel/civil-date';
import {
  addDecimal,
  compareDecimal,
  formatDecimal,
  parseDecimal,
  roundDecimal,
} from '../../src/kernel/decimal';
import {
  contentOf,
  decodeEntry,
  differingPointers,
  encodeEntry,
  encodeForStore,
  storeIdOf,
} from '../../src/kernel/entry';
import { isTieoutError } from '../../src/kernel/errors';
import { addMillis, instantOf, isInstant, millisOf, parseInstant } from '../../src/kernel/instant';
import { type Json, type JsonObject } from '../../src/kernel/json';
import { formatMinor, parseAmount } from '../../src/kernel/money';
import { isStreamName, parseStreamName, streamName } from '../../src/kernel/stream-name';
import { parseStrictJson } from '../../src/kernel/strict-json';
import { anEntry } from '../support/entries';

// A CommonJS require: the package has no types, and its one function is the oracle here.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const oracle = require('canonicalize') as (value: unknown) => string;

const isAllowed = (text: string) =>
  !/[\u0000\ufdd0-\ufdef]/.test(text) &&
  ![...text].some((c) => (c.codePointAt(0)! & 0xfffe) === 0xfffe);
const strictText = fc
  .string({ unit: 'binary' })
  .filter((text) => !/\p{Surrogate}/u.test(text) && isAllowed(text));
const strictName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);
const { strict } = fc.letrec<{ strict: Json }>((tie) => ({
  strict: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
      strictText,
    ),
    fc.array(tie('strict'), { maxLength: 5 }),
    fc.dictionary(strictName, tie('strict'), { maxKeys: 6 }),
  ),
}));
const strictObject = fc.dictionary(strictName, strict, { maxKeys: 6 }) as fc.Arbitrary<JsonObject>;

describe('canonical JSON', () => {
  it('agrees with an independent implementation on any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(value as Json)).toBe(oracle(value));
      }),
    );
  });

  it('agrees with it on any double', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (n) => canonicalJson(n) === oracle(n),
      ),
      { numRuns: 2000 },
    );
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(strictObject, (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(object));
      }),
    );
  });
});

describe('the strict reader', () => {
  it('reads back what the canonical writer and JSON.stringify write', () => {
    fc.assert(
      fc.property(strict, fc.constantFrom(0, 1, '\t'), (value, indent) => {
        expect(canonicalJson(parseStrictJson(canonicalBytes(value)))).toBe(oracle(value));
        expect(
          canonicalJson(parseStrictJson(Buffer.from(JSON.stringify(value, null, indent)))),
        ).toBe(canonicalJson(value));
      }),
    );
  });

  it('on any bytes gives a value that JSON.parse gives too, or a refusal with its place', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .array(
          fc.constantFrom(
            '{',
            '}',
            '[',
            ']',
            '"',
            ':',
            ',',
            'a',
            '0',
            '1',
            '-',
            '.',
            'e',
            '\\',
            'u00',
            ' ',
            'true',
            'é',
            '\n',
          ),
          { maxLength: 20 },
        )
        .map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          const value = parseStrictJson(input);
          expect(canonicalJson(value)).toBe(
            oracle(JSON.parse(Buffer.from(input).toString('utf8'))),
          );
        } catch (error) {
          if (!isTieoutError(error)) throw error;
          expect(error.code).toMatch(/^json-/);
          expect(error.members['offset']).toBeGreaterThanOrEqual(0);
          expect(error.members['offset']).toBeLessThanOrEqual(input.length);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('refuses a canonical text with one byte cut, doubled or changed, or reads something else', () => {
    fc.assert(
      fc.property(strictObject, fc.nat(), fc.integer({ min: 1, max: 255 }), (object, at, flip) => {
        const bytes = Buffer.from(canonicalBytes(object));
        const place = at % bytes.length;
        bytes[place] = bytes[place]! ^ flip;
        try {
          expect(canonicalJson(parseStrictJson(bytes))).not.toBe(canonicalJson(object));
        } catch (error) {
          if (!isTieoutError(error)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('entries', () => {
  const entries = fc
    .record({
      data: strictObject,
      revision: fc.nat(),
      attempt: fc.option(fc.integer({ min: 2, max: 9 }), { nil: undefined }),
      occurredMs: fc.integer({ min: 0, max: 4e12 }),
      correlation: fc.option(fc.stringMatching(/^[!-~]{1,40}$/), { nil: undefined }),
      own: fc.boolean(),
    })
    .map(({ data, revision, attempt, occurredMs, correlation, own }) =>
      anEntry({
        data,
        revision,
        occurredAt: instantOf(occurredMs),
        source: { system: own ? 'tieout' : 'erp', id: 'x' },
        ...(revision > 0 && { prev: 'ab'.repeat(32) }),
        ...(attempt !== undefined && { attempt }),
        ...(correlation !== undefined && { correlation }),
      }),
    );

  it('are read back as they were written, in the canonical form of an independent implementation', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const bytes = encodeEntry(entry);
        expect(Buffer.from(bytes).toString('utf8')).toBe(oracle(entry));
        expect(oracle(decodeEntry(bytes))).toBe(oracle(entry));
      }),
    );
  });

  it('have one store id, however it is made', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const { storeId, entry: bytes } = encodeForStore(entry);
        expect(storeId).toBe(storeIdOf(entry));
        expect(Buffer.from(bytes).equals(encodeEntry(entry))).toBe(true);
      }),
    );
  });

  it('differ somewhere exactly when their content has other canonical bytes', () => {
    fc.assert(
      fc.property(entries, entries, (a, b) => {
        const [one, two] = [contentOf(a), contentOf(b)];
        expect(differingPointers(one, two).length > 0).toBe(
          canonicalJson(one) !== canonicalJson(two),
        );
        expect(differingPointers(one, contentOf(decodeEntry(encodeEntry(a))))).toEqual([]);
      }),
    );
  });
});

describe('names, money and time', () => {
  it('a stream name gives back its parts', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
        (entity, key) => {
          const name = streamName('purchase-order', entity, key);
          expect(isStreamName(name)).toBe(true);
          expect(parseStreamName(name)).toMatchObject({
            entity: entity.normalize('NFC'),
            key: key.normalize('NFC'),
          });
        },
      ),
    );
  });

  it('an amount gives back its minor units', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }),
        fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'),
        (minor, currency) => {
          expect(parseAmount(formatMinor(minor, currency), currency)).toBe(minor);
        },
      ),
    );
  });

  it('sums of decimals do not depend on the order, and rounding moves by at most half a unit', () => {
    const decimal = fc.record({
      unscaled: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      scale: fc.nat({ max: 16 }),
    });
    fc.assert(
      fc.property(decimal, decimal, decimal, fc.nat({ max: 4 }), (a, b, c, scale) => {
        expect(
          compareDecimal(addDecimal(addDecimal(a, b), c), addDecimal(c, addDecimal(b, a))),
        ).toBe(0);
        expect(compareDecimal(parseDecimal(formatDecimal(a)), a)).toBe(0);
        const error = addDecimal(roundDecimal(a, scale), { unscaled: -a.unscaled, scale: a.scale });
        const size = {
          unscaled: error.unscaled < 0n ? -error.unscaled : error.unscaled,
          scale: error.scale,
        };
        expect(compareDecimal(addDecimal(size, size), { unscaled: 1n, scale })).toBeLessThanOrEqual(
          0,
        );
      }),
    );
  });

  it('an instant is itself whatever the offset it is written with', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -6e13, max: 2e14 }),
        fc.integer({ min: -1439, max: 1439 }),
        (ms, offset) => {
          const clock = instantOf(ms + offset * 60_000).slice(0, 23);
          const size = Math.abs(offset);
          const zone = `${offset < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
          expect(parseInstant(clock + zone)).toBe(new Date(ms).toISOString());
          expect(isInstant(instantOf(ms))).toBe(true);
          expect(millisOf(addMillis(instantOf(ms), 5))).toBe(ms + 5);
        },
      ),
    );
  });

  it('day numbers and dates are inverses', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (day) => {
        expect(dayNumber(civilDateOfDay(day))).toBe(day);
      }),
    );
  });
});
