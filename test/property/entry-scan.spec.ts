import fc from 'fast-check';
import { type Entry, contentOf, decodeEntry, encodeEntry } from '../../src/kernel/entry';
import { canonicalJson } from '../../src/kernel/canonical-json';
import { EntryScanner } from '../../src/kernel/entry-scan';
import { isTieoutError } from '../../src/kernel/errors';
import { millisOf } from '../../src/kernel/instant';
import { anEntry } from '../support/entries';

const scanner = new EntryScanner();

/** Scans the entry in the middle of other bytes, as it stands in a file. */
function scan(entry: Uint8Array): { isGood: boolean; bytes: Buffer } {
  const bytes = Buffer.concat([Buffer.from('{"a'), entry, Buffer.from('"}]')]);
  return { isGood: scanner.scan(bytes, 3, 3 + entry.length), bytes };
}

function decoded(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    return undefined;
  }
}

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,12}$/);
const text = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter((t) => !/[\p{Surrogate}\u0000]|\p{Noncharacter_Code_Point}/u.test(t));
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, false, 0, ''),
    fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
    text,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const plain = fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const entry = fc
  .record({
    revision: fc.nat(),
    contract: fc.integer({ min: 1, max: 9 }),
    stream: fc.constantFrom('invoice-E_DE.INV-1', 'x_1-_.%C3%A4', 'ledger-_.keys', 'a-b.c..d~'),
    data: fc.dictionary(name, value, { maxKeys: 5 }),
    actor: fc.record({ id: plain, role: optional(plain), onBehalfOf: optional(plain) }),
    source: fc.record({ system: fc.oneof(plain, fc.constant('tieout')), id: optional(plain) }),
    attempt: optional(fc.integer({ min: 2 })),
    correlation: optional(plain),
    prev: hash,
    commitments: optional(
      fc.dictionary(fc.stringMatching(/^(\/[a-z~äβ"]{0,3}){1,2}$/), hash, { minKeys: 1 }),
    ),
    attachments: optional(
      fc.array(fc.record({ sha256: hash, bytes: fc.nat(), mediaType: plain }), { minLength: 1 }),
    ),
    rules: optional(fc.constant([{ id: 'R-1', version: 3, outcome: 'warn' as const }])),
    overrides: optional(fc.constant([{ rule: 'R-1', reason: 'late', approver: 'per-1' }])),
  })
  .map(({ prev, actor, ...rest }) => {
    const all = {
      ...rest,
      actor: { ...actor, kind: 'person' },
      ...(rest.revision > 0 && { prev }),
    };
    return anEntry(JSON.parse(JSON.stringify(all)) as Partial<Entry>);
  });

const written = entry
  .map((e) => {
    try {
      return encodeEntry(e);
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      return undefined;
    }
  })
  .filter((bytes) => bytes !== undefined);

describe('the scan of an entry', () => {
  it('takes what the writer writes, and finds its members', () => {
    fc.assert(
      fc.property(written, (bytes) => {
        const e = decodeEntry(bytes);
        const unusual = Object.keys(e.commitments ?? {}).some((path) => /[^ !#-[\]-~]/.test(path));
        const texts = [e.actor, e.source, e.attachments ?? [], e.correlation ?? ''];
        const escaped = /\\/.test(JSON.stringify(texts));
        const { isGood, bytes: all } = scan(bytes);
        if (unusual || escaped) return;
        expect(isGood).toBe(true);
        const told = (start: number, end: number) => all.subarray(start, end).toString('latin1');
        expect({
          revision: scanner.revision,
          contract: scanner.contract,
          stream: told(scanner.streamStart, scanner.streamEnd),
          type: told(scanner.typeStart, scanner.typeEnd),
          id: told(scanner.idStart, scanner.idStart + 36),
          system: told(scanner.systemStart, scanner.systemEnd),
          recordedAt: scanner.recordedAt(),
          prev: scanner.prevStart > 0 ? told(scanner.prevStart, scanner.prevStart + 64) : undefined,
        }).toEqual({
          revision: e.revision,
          contract: e.contract,
          stream: e.stream,
          type: e.type,
          id: e.id,
          system: e.source.system,
          recordedAt: millisOf(e.recordedAt),
          prev: e.prev,
        });
        const content = Buffer.alloc(bytes.length);
        const length = scanner.content(content);
        expect(content.subarray(0, length).toString('utf8')).toBe(canonicalJson(contentOf(e)));
      }),
      { numRuns: 500 },
    );
  });

  it('takes nothing that the strict reader refuses, however bytes are changed', () => {
    let taken = 0;
    const change = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 3 }),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 2 }),
        fc.constantFrom(...TOKENS).map((token) => Buffer.from(token)),
      ),
    });
    fc.assert(
      fc.property(written, fc.array(change, { minLength: 1, maxLength: 2 }), (bytes, changes) => {
        let bad: Uint8Array = bytes;
        for (const { at, cut, put } of changes) {
          const i = at % bad.length;
          bad = Buffer.concat([bad.subarray(0, i), put, bad.subarray(i + cut)]);
        }
        if (!scan(bad).isGood) return;
        taken += 1;
        expect(decoded(bad)).toBeDefined();
      }),
      { numRuns: 3_000 },
    );
    // Else the property says nothing: many changes inside a text leave it good.
    expect(taken).toBeGreaterThan(10);
  });

  it('takes exactly the same bytes when one byte of a plain entry becomes any other', () => {
    const bytes = encodeEntry(
      anEntry({
        revision: 1,
        prev: 'a'.repeat(64),
        data: { s: 'é\n\u001f', n: [-1, 20, {}], o: {} },
      }),
    );
    const differing: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const bad = Buffer.from(bytes);
        bad[at] = byte;
        const isGood = scan(bad).isGood;
        const e = decoded(bad);
        const isUnusual = e !== undefined && isLeftToTheStrictReader(e);
        if (isGood !== (e !== undefined) && !isUnusual) differing.push(`${at}: ${byte}`);
      }
    }
    expect(differing).toEqual([]);
  });
});

/** Texts of the envelope beyond plain ASCII, and times before the year 100. */
function isLeftToTheStrictReader({ actor, source, recordedAt, occurredAt }: Entry): boolean {
  const texts = [actor.id, source.system, source.id].join('');
  return /[^ !#-[\]-~]/.test(texts) || recordedAt < '0100' || occurredAt < '0100';
}

const TOKENS = [
  ...['"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '1.0', '1e3', '-0', '01', ' ', '\n'],
  ...['\\u0041', '\\u001F', '\\u001f', '\\u0000', '\\n', '\\/', '\\"', 'null', 'true', '\u0001'],
  ...['é', '\uFFFF', '\uFDD0', '9007199254740993', '"a":1,', '"data":{},', '"v":1'],
] as const;
