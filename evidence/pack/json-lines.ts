import { canonicalJson } from '../../src/kernel/canonical-json';
import { hex } from '../../src/kernel/hash';
import { type Json } from '../../src/kernel/json';
import { type PackEntry } from './pack-input';

const LF = Buffer.from('\n');

/**
 * Canonical bytes of a plain value. Types of this folder have optional members and no index signature, which the JSON
 * type does not admit; what they hold is JSON all the same.
 */
export const jsonBytes = (value: object): Buffer =>
  Buffer.from(canonicalJson(value as unknown as Json));

/** Canonical objects, one a line. */
export const jsonLines = (rows: readonly object[]): Buffer =>
  Buffer.concat(rows.flatMap((row) => [jsonBytes(row), LF]));

/** Stored entries byte for byte, one a line. An entry is canonical JSON, so it holds no line feed of its own. */
export const entryLines = (entries: readonly PackEntry[]): Buffer =>
  Buffer.concat(entries.flatMap(({ bytes }) => [bytes, LF]));

/** Inclusion paths, line by line beside `entryLines`. */
export const proofLines = (entries: readonly PackEntry[]): Buffer =>
  jsonLines(entries.map(({ index, hashes }) => ({ hashes: hashes.map(hex), index })));
