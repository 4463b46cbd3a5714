import { type Flag, FLAGS } from '../../src/ingestion/workflow.policy';

/** A set of words as bits, in the order of `words`: one column, one index. */
export function maskOf<W extends string>(words: readonly W[], set: readonly W[]): bigint {
  return set.reduce((mask, word) => mask | bitOf(words, word), 0n);
}

/** @throws RangeError for a word that is not one of `words` */
export function bitOf<W extends string>(words: readonly W[], word: W): bigint {
  const place = words.indexOf(word);
  if (place < 0) throw new RangeError(`${word} is not one of ${words.join(', ')}`);
  return 1n << BigInt(place);
}

export function wordsOf<W extends string>(words: readonly W[], mask: bigint): W[] {
  return words.filter((_, place) => (mask & (1n << BigInt(place))) !== 0n);
}

/** Flags of a column, in the order in which replies list them. */
export const flagsOfMask = (mask: bigint): Flag[] => wordsOf(FLAGS, mask);

export const maskOfFlag = (flag: Flag): bigint => bitOf(FLAGS, flag);
