/**
 * Runs the reader and the writer of canonical JSON against the whole reference sets that lie beside the repository:
 * every case is asserted, none is left out. Without them it says so and ends well.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { canonicalJson } from '../../src/kernel/canonical-json';
import { decodeEntry, encodeEntry } from '../../src/kernel/entry';
import { isTieoutError } from '../../src/kernel/errors';
import { hex, leafHash, sha256Hex } from '../../src/kernel/hash';
import { isIdentifier } from '../../src/kernel/identifier';
import { type Json } from '../../src/kernel/json';
import { parseStrictJson } from '../../src/kernel/strict-json';

const folder = join(process.env['TIEOUT_SHARED'] ?? resolve('..', 'shared'), 'vectors');
let passed = 0;
let failed = 0;

function check(what: string, actual: unknown, expected: unknown): void {
  if (actual === expected) {
    passed++;
    return;
  }
  failed++;
  console.error(`FAILED ${what}: expected ${String(expected)}, got ${String(actual)}`);
}

const bytesOf = (...path: string[]) => readFileSync(join(folder, ...path));
const jsonOf = <T>(...path: string[]) => JSON.parse(bytesOf(...path).toString('utf8')) as T;
/** `accepted`, or the code of the refusal. */
function outcome(bytes: Uint8Array): string {
  try {
    parseStrictJson(bytes);
    return 'accepted';
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    return error.code;
  }
}
const canonicalOf = (text: string) => canonicalJson(parseStrictJson(Buffer.from(text, 'utf8')));

interface Refusals {
  refuse: { code: string; why: string; json?: string; base64?: string }[];
  accept: { why: string; json: string; jcs: string }[];
  identifiers: { value: string; ok: boolean; why: string }[];
  distinct_must_hash_differently: { why: string; a: string; b: string }[];
  same_must_hash_equal: { why: string; a: string; b: string; jcs: string }[];
}

function refusals(): void {
  const cases = jsonOf<Refusals>('canonicalisation_refusals.json');
  for (const { code, why, json, base64 } of cases.refuse) {
    check(
      why,
      outcome(
        base64 === undefined ? Buffer.from(json ?? '', 'utf8') : Buffer.from(base64, 'base64'),
      ),
      code,
    );
  }
  for (const { why, json, jcs } of cases.accept) check(why, canonicalOf(json), jcs);
  for (const { why, value, ok } of cases.identifiers)
    check(`identifier: ${why}`, isIdentifier(value), ok);
  for (const { why, a, b } of cases.distinct_must_hash_differently) {
    check(
      `different hashes: ${why}`,
      sha256Hex(canonicalOf(a)) === sha256Hex(canonicalOf(b)),
      false,
    );
  }
  for (const { why, a, b, jcs } of cases.same_must_hash_equal) {
    check(`same form: ${why}`, `${canonicalOf(a)} ${canonicalOf(b)}`, `${jcs} ${jcs}`);
  }
}

function rfc8785(): void {
  interface Vector {
    name: string;
    input_base64: string;
    output_base64: string;
  }
  const text = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');
  for (const { name, input_base64, output_base64 } of jsonOf<{ vectors: Vector[] }>(
    'jcs_rfc8785.json',
  ).vectors) {
    check(
      `RFC 8785 pair ${name}`,
      canonicalJson(JSON.parse(text(input_base64)) as Json),
      text(output_base64),
    );
  }
  for (const file of readdirSync(join(folder, 'jcs_rfc8785', 'input'))) {
    const written = canonicalJson(jsonOf<Json>('jcs_rfc8785', 'input', file));
    check(
      `RFC 8785 output/${file}`,
      written,
      bytesOf('jcs_rfc8785', 'output', file).toString('utf8'),
    );
    const expectedHex = bytesOf('jcs_rfc8785', 'outhex', file.replace('.json', '.txt'))
      .toString('utf8')
      .replaceAll(/\s+/g, '');
    check(`RFC 8785 outhex/${file}`, Buffer.from(written, 'utf8').toString('hex'), expectedHex);
  }
}

function numbers(): void {
  const lines = bytesOf('es6_numbers', 'es6testfile_10000.txt')
    .toString('utf8')
    .trimEnd()
    .split('\n');
  for (const line of lines) {
    const [bits = '', text] = line.split(',');
    check(
      `double ${bits}`,
      canonicalJson(Buffer.from(bits.padStart(16, '0'), 'hex').readDoubleBE()),
      text,
    );
  }
}

/** `n_` must be refused; `y_` and `i_` are read as JSON.parse reads them, or refused by a rule that is stricter than JSON. */
function jsonTestSuite(): void {
  const stricter = [
    'json-encoding',
    'json-duplicate-name',
    'json-name',
    'json-number',
    'json-number-range',
    'json-string',
    'json-depth',
  ];
  for (const set of ['test_parsing', 'test_transform']) {
    for (const file of readdirSync(join(folder, 'jsontestsuite', set))) {
      const bytes = bytesOf('jsontestsuite', set, file);
      const got = outcome(bytes);
      if (file.startsWith('n_'))
        check(`${set}/${file} is refused`, got === 'accepted' ? got : 'refused', 'refused');
      else if (got !== 'accepted')
        check(
          `${set}/${file} is refused by a stricter rule: ${got}`,
          stricter.includes(got) || isNotJson(bytes),
          true,
        );
      else
        check(
          `${set}/${file}`,
          canonicalJson(parseStrictJson(bytes)),
          canonicalJson(JSON.parse(bytes.toString('utf8')) as Json),
        );
    }
  }
}

function isNotJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return false;
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

function entries(): void {
  interface Example {
    index: number;
    entry_utf8: string;
    entry_bytes: number;
    leaf_hex: string;
    prev_hex?: string;
  }
  for (const each of jsonOf<{ entries: Example[] }>('tieout_entry_examples.json').entries) {
    const entry = decodeEntry(Buffer.from(each.entry_utf8, 'utf8'));
    const bytes = encodeEntry(entry);
    check(`entry ${each.index}: bytes`, Buffer.from(bytes).toString('utf8'), each.entry_utf8);
    check(`entry ${each.index}: length`, bytes.length, each.entry_bytes);
    check(`entry ${each.index}: leaf`, hex(leafHash(bytes)), each.leaf_hex);
    check(`entry ${each.index}: prev`, entry.prev, each.prev_hex);
  }
}

if (existsSync(folder)) {
  for (const run of [refusals, rfc8785, numbers, jsonTestSuite, entries]) run();
  console.log(`kernel: ${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} else {
  console.log(`kernel: nothing checked, there is no folder ${folder}`);
}
