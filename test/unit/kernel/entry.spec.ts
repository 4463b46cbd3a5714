import { decodeEntry, encodeEntry, type Entry } from '../../../src/kernel/entry';
import { type Json } from '../../../src/kernel/json';
import { anEntry } from '../../support/entries';
import { codeOf, refusalOf } from '../../support/refusals';

const LEAF = '9a0731043972af8632ef78aab6f72548c1d07f84339ddc5c33ea9d7db283c9cd';
const text = (entry: Entry) => Buffer.from(encodeEntry(entry)).toString('utf8');
const refusal = (changes: Record<string, unknown>) => {
  const { code, members } = refusalOf(() => encodeEntry(anEntry(changes as Partial<Entry>)));
  return [code, members['pointer']];
};

describe('an entry', () => {
  it('is written with its members in canonical order and no others', () => {
    expect(text(anEntry())).toBe(
      '{"actor":{"id":"per-9b52d3aa0c11","kind":"person"},"contract":1,"data":{"transition":{"action":"approved","from":"matched","to":"approved"}},' +
        '"id":"1f0e3dad-9990-5f38-8e15-2b5e0a1f2d3c","occurredAt":"2026-01-05T10:40:11.000Z","recordedAt":"2026-01-05T10:40:11.902Z","revision":0,' +
        '"source":{"id":"evt-88207","system":"ap-hub"},"stream":"invoice-E_DE.INV-1001","type":"invoice.approved","v":1}',
    );
  });

  it('is written with every optional member in its place', () => {
    const full = anEntry({
      revision: 3,
      prev: LEAF,
      actor: { role: 'ap', onBehalfOf: 'per-2', kind: 'person', id: 'per-1' },
      source: { system: 'ap', document: 'D "1"', id: 'é' },
      correlation: 'c',
      causation: '1f0e3dad-9990-5f38-8e15-2b5e0a1f2d3c',
      attempt: 2,
      data: {},
      commitments: { '/data/b': LEAF, '/data/a~1': LEAF },
      rules: [{ version: 3, outcome: 'pass', id: 'R' }],
      overrides: [{ rule: 'R', reason: 'x', approver: 'per-3' }],
      attachments: [{ sha256: LEAF, mediaType: 'text/plain', bytes: 0 }],
    });
    expect(text(full)).toBe(
      `{"actor":{"id":"per-1","kind":"person","onBehalfOf":"per-2","role":"ap"},"attachments":[{"bytes":0,"mediaType":"text/plain","sha256":"${LEAF}"}],` +
        `"attempt":2,"causation":"1f0e3dad-9990-5f38-8e15-2b5e0a1f2d3c","commitments":{"/data/a~1":"${LEAF}","/data/b":"${LEAF}"},"contract":1,"correlation":"c",` +
        '"data":{},"id":"1f0e3dad-9990-5f38-8e15-2b5e0a1f2d3c","occurredAt":"2026-01-05T10:40:11.000Z","overrides":[{"approver":"per-3","reason":"x","rule":"R"}],' +
        `"prev":"${LEAF}","recordedAt":"2026-01-05T10:40:11.902Z","revision":3,"rules":[{"id":"R","outcome":"pass","version":3}],` +
        '"source":{"document":"D \\"1\\"","id":"é","system":"ap"},"stream":"invoice-E_DE.INV-1001","type":"invoice.approved","v":1}',
    );
    expect(decodeEntry(encodeEntry(full))).toEqual(full);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['another version', { v: 2 }, 'contract-violation', '/v'],
    ['an unknown member', { position: 7 }, 'unknown-field', '/position'],
    ['a missing member', { actor: undefined }, 'contract-violation', '/actor'],
    ['null for an absent member', { correlation: null }, 'contract-violation', '/correlation'],
    [
      'a stream name in another form',
      { stream: 'invoice-E_DE.INV 1' },
      'contract-violation',
      '/stream',
    ],
    ['a negative revision', { revision: -1 }, 'contract-violation', '/revision'],
    ['a revision that is no integer', { revision: 0.5 }, 'contract-violation', '/revision'],
    [
      'an id in upper case',
      { id: '1F0E3DAD-9990-5F38-8E15-2B5E0A1F2D3C' },
      'contract-violation',
      '/id',
    ],
    ['a type without an action', { type: 'invoice' }, 'contract-violation', '/type'],
    ['a type of 81 bytes', { type: `invoice.${'a'.repeat(73)}` }, 'contract-violation', '/type'],
    ['contract version 0', { contract: 0 }, 'contract-violation', '/contract'],
    [
      'a time with an offset',
      { occurredAt: '2026-01-05T10:40:11+01:00' },
      'time-form',
      '/occurredAt',
    ],
    [
      'a day that does not exist',
      { recordedAt: '2026-02-30T10:40:11.000Z' },
      'time-form',
      '/recordedAt',
    ],
    [
      'an actor of unknown kind',
      { actor: { id: 'a', kind: 'robot' } },
      'contract-violation',
      '/actor/kind',
    ],
    ['an actor without id', { actor: { kind: 'person' } }, 'contract-violation', '/actor/id'],
    [
      'an unknown member of the actor',
      { actor: { id: 'a', kind: 'person', name: 'x' } },
      'unknown-field',
      '/actor/name',
    ],
    [
      'an identifier that is not NFC',
      { source: { system: 'cafe\u0301' } },
      'identifier-form',
      '/source/system',
    ],
    [
      'an identifier with a zero-width space',
      { source: { system: 'a', id: 'x\u200b' } },
      'identifier-form',
      '/source/id',
    ],
    [
      'an empty identifier',
      { source: { system: 'a', document: '' } },
      'identifier-form',
      '/source/document',
    ],
    [
      'an identifier over 256 bytes',
      { source: { system: 'é'.repeat(129) } },
      'contract-violation',
      '/source/system',
    ],
    [
      'a correlation over 128 bytes',
      { correlation: 'x'.repeat(129) },
      'contract-violation',
      '/correlation',
    ],
    ['a causation that is no UUID', { causation: 'evt-1' }, 'contract-violation', '/causation'],
    ['data that is a list', { data: [] }, 'contract-violation', '/data'],
    ['empty commitments', { commitments: {} }, 'contract-violation', '/commitments'],
    [
      'a commitment without pointer',
      { commitments: { name: LEAF } },
      'contract-violation',
      '/commitments/name',
    ],
    [
      'a commitment that is no hash',
      { commitments: { '/a': 'x' } },
      'contract-violation',
      '/commitments/~1a',
    ],
    ['an empty list of rules', { rules: [] }, 'contract-violation', '/rules'],
    [
      'a rule with an unknown outcome',
      { rules: [{ id: 'R', version: 1, outcome: 'maybe' }] },
      'contract-violation',
      '/rules/0/outcome',
    ],
    [
      'a rule without version',
      { rules: [{ id: 'R', outcome: 'pass' }] },
      'contract-violation',
      '/rules/0/version',
    ],
    [
      'an override without approver',
      { overrides: [{ rule: 'R', reason: 'x' }] },
      'contract-violation',
      '/overrides/0/approver',
    ],
    ['the first attempt', { attempt: 1 }, 'contract-violation', '/attempt'],
    [
      'an attachment with a name',
      { attachments: [{ sha256: LEAF, bytes: 1, mediaType: 'a/b', name: 'x' }] },
      'unknown-field',
      '/attachments/0/name',
    ],
    ['a predecessor at revision 0', { prev: LEAF }, 'contract-violation', '/prev'],
    ['no predecessor after revision 0', { revision: 1 }, 'contract-violation', '/prev'],
    [
      'a predecessor in upper case',
      { revision: 1, prev: LEAF.toUpperCase() },
      'contract-violation',
      '/prev',
    ],
    ['a fraction in data', { data: { a: [1, { b: 1.5 }] } }, 'json-number', '/data/a/1/b'],
    ['minus zero in data', { data: { a: -0 } }, 'json-number', '/data/a'],
    [
      'an integer beyond 2^53 - 1 in data',
      { data: { a: 2 ** 53 } },
      'json-number-range',
      '/data/a',
    ],
    ['a member name in data', { data: { 'a b': 1 } }, 'json-name', '/data'],
    ['a noncharacter in data', { data: { a: 'x\uffff' } }, 'json-string', '/data/a'],
    ['a lone surrogate in data', { data: { a: '\ud800' } }, 'json-string', '/data/a'],
    ['U+0000 in data', { data: { a: '\u0000' } }, 'json-string', '/data/a'],
  ])('is refused with %s', (_what, changes, code, pointer) => {
    expect(refusal(changes)).toEqual([code, pointer]);
  });

  it('is refused when data lies deeper than 32 levels, the entry itself being the first', () => {
    const nested = (levels: number): Json => (levels === 0 ? 'x' : [nested(levels - 1)]);
    expect(decodeEntry(encodeEntry(anEntry({ data: { a: nested(30) } }))).data).toEqual({
      a: nested(30),
    });
    expect(refusal({ data: { a: nested(31) } })).toEqual([
      'json-depth',
      `/data/a${'/0'.repeat(30)}`,
    ]);
  });

  it('is refused above 65,535 bytes and taken at that size', () => {
    const empty = encodeEntry(anEntry({ data: { a: '' } })).length;
    expect(encodeEntry(anEntry({ data: { a: 'x'.repeat(65_535 - empty) } })).length).toBe(65_535);
    expect(
      refusalOf(() => encodeEntry(anEntry({ data: { a: 'x'.repeat(65_536 - empty) } }))).code,
    ).toBe('too-large');
  });
});

describe('reading stored bytes', () => {
  const stored = text(anEntry());
  const read = (changed: string) => codeOf(() => decodeEntry(Buffer.from(changed)));

  it('gives back the entry', () => expect(decodeEntry(Buffer.from(stored))).toEqual(anEntry()));

  it('refuses the same content in another form', () => {
    expect(read(` ${stored}`)).toBe('malformed');
    expect(
      read(stored.replace('"contract":1,', '').replace('{"actor"', '{"contract":1,"actor"')),
    ).toBe('malformed');
    expect(read(stored.replace('"person"', '"p\\u0065rson"'))).toBe('malformed');
  });

  it('refuses what is not strict JSON', () => {
    expect(read(stored.replace('"contract":1', '"contract":1.0'))).toBe('json-number');
    expect(read(stored.replace('"contract":1', '"contract":1,"contract":1'))).toBe(
      'json-duplicate-name',
    );
    expect(read(stored.slice(0, -1))).toBe('json-syntax');
  });

  it('refuses what the field table does not have', () => {
    expect(read(stored.replace('"v":1', '"v":2'))).toBe('contract-violation');
    expect(read(stored.replace('"v":1', '"v":1,"w":1'))).toBe('unknown-field');
    expect(read('[]')).toBe('contract-violation');
    expect(read(' '.repeat(65_536))).toBe('too-large');
  });
});
