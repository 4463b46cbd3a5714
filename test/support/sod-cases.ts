import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCases, type SodCase } from '../../src/controls/case-file/read-cases';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';

const FILE = join(__dirname, '..', 'golden', 'sod-cases.json');

/** The worked cases, each with complete expected findings. */
export const SOD_CASES: readonly SodCase[] = readCases(readFileSync(FILE), DEFAULT_RULES);
