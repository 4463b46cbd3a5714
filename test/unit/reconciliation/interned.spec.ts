import { Interned } from '../../../src/reconciliation/matching/interned';
import { orderOfIds } from '../../../src/reconciliation/matching/line-order';
import { sha256Hex } from '../../../src/kernel/hash';

describe('texts as numbers', () => {
  it('gives equal texts one number and different texts different ones, however many', () => {
    const interned = new Interned();
    const texts = Array.from({ length: 50_000 }, (_, i) => `INV${i * 7}`);
    const numbers = texts.map((text) => interned.numberOf(text));
    expect(new Set(numbers).size).toBe(texts.length);
    expect(texts.map((text) => interned.numberOf(`${text}`))).toEqual(numbers);
    expect(numbers.map((n) => interned.texts[n])).toEqual(texts);
  });

  it('stays exact when many texts fall into one place', () => {
    // "Ca" and "D"-like pairs collide in simple hashes; here every text is made of them, and the empty one is there too.
    const pairs = ['', 'AaAa', 'BBBB', 'AaBB', 'BBAa'];
    const interned = new Interned();
    const all = pairs.flatMap((a) => pairs.flatMap((b) => pairs.map((c) => `${a}-${b}-${c}`)));
    const first = all.map((text) => interned.numberOf(text));
    expect(new Set(first).size).toBe(new Set(all).size);
    expect(all.map((text) => interned.numberOf(text))).toEqual(first);
  });
});

describe('order of ids', () => {
  const sorted = (ids: readonly string[]) => Array.from(orderOfIds(ids), (at) => ids[at]);

  it('is that of text, for hashes and for any other ids', () => {
    const hashes = Array.from({ length: 5_000 }, (_, i) => sha256Hex(`${i}`));
    expect(sorted(hashes)).toEqual([...hashes].sort());
    const alike = hashes.map((id, i) => `${i % 3}000000${id}`);
    expect(sorted(alike)).toEqual([...alike].sort());
    const words = ['b', 'a', 'Z', '', 'ä', 'abcdefg', 'abcdef'];
    expect(sorted(words)).toEqual([...words].sort());
  });
});
