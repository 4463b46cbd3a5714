import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isTieoutError } from '../../../src/kernel/errors';

export const folder = join(process.env['TIEOUT_SHARED'] ?? resolve('..', 'shared'), 'vectors');

let passed = 0;
let failed = 0;

export const result = (): string => `sealing: ${passed} passed, ${failed} failed`;

export function check(what: string, actual: unknown, expected: unknown): void {
  if (actual === expected) {
    passed += 1;
    return;
  }
  failed += 1;
  console.error(`FAILED ${what}: expected ${String(expected)}, got ${String(actual)}`);
}

export const json = <T>(...path: string[]): T =>
  JSON.parse(readFileSync(join(folder, ...path), 'utf8')) as T;

export const filesBelow = (...path: string[]): string[] =>
  readdirSync(join(folder, ...path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort();

export const hexBytes = (text: string): Buffer => Buffer.from(text, 'hex');
export const base64Bytes = (text: string): Buffer => Buffer.from(text, 'base64');

/** What a strict reader does with an input. */
export function outcome(read: () => unknown): 'accepted' | 'refused' {
  try {
    read();
    return 'accepted';
  } catch (error) {
    if (isTieoutError(error, 'proof-invalid')) return 'refused';
    throw error;
  }
}
