import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { isTieoutError } from '../../src/kernel/errors';
import { type CheckReport, exitCodeOf, reportText } from '../../src/sealing/check-report';
import { readCheckpoint } from '../../src/sealing/checkpoint';
import { readPolicy } from '../../src/sealing/policy-file';
import { verifyPack, type VerifyOptions } from './verify-pack';

const USAGE = `node verify.mjs [--policy FILE] [--last-seen FILE] [--json] PACK

Verifies an evidence pack, a folder or a ZIP, offline and read-only.

  --policy FILE     the keys you trust, from outside the pack: lines "log <vkey>", "quorum none"
  --last-seen FILE  a checkpoint of this log that you kept; the pack must not contradict it
  --json            one JSON object instead of text

exit  0 verified   1 a finding   2 wrong use   3 not finished   4 consistent with itself, but not anchored
`;

const WRONG_USE = 2;

class WrongUse extends Error {}

function run(args: readonly string[]): { readonly report: CheckReport; readonly json: boolean } {
  const { values, positionals } = readArguments(args);
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new WrongUse('Name one pack.');
  const { policy, 'last-seen': lastSeen } = values;
  const options: VerifyOptions = {
    ...(policy === undefined ? {} : { policy: trusted(policy, readPolicy) }),
    ...(lastSeen === undefined ? {} : { lastSeen: trusted(lastSeen, checkpointText) }),
    ...(process.stderr.isTTY ? { onProgress: progress() } : {}),
  };
  return { report: verifyPack(path, options), json: values.json === true };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        policy: { type: 'string' },
        'last-seen': { type: 'string' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new WrongUse(error instanceof Error ? error.message : String(error));
  }
}

function trusted<T>(path: string, read: (text: string) => T): T {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new WrongUse(`${path} cannot be read.`);
  }
  try {
    return read(text);
  } catch (error) {
    if (isTieoutError(error, 'proof-invalid')) throw new WrongUse(`${path}: ${error.message}`);
    throw error;
  }
}

function checkpointText(text: string): string {
  return readCheckpoint(text).note;
}

/** A line on a terminal, at most each 1,000 steps. */
function progress(): (done: number, what: string) => void {
  const totals: Record<string, number> = {};
  let steps = 0;
  return (done, what) => {
    totals[what] = (totals[what] ?? 0) + done;
    steps += 1;
    if (steps % 1_000 !== 0) return;
    const text = Object.entries(totals).map(([name, n]) => `${n} ${name}`);
    process.stderr.write(`\r${text.join(', ')}\u001b[K`);
  };
}

try {
  const { report, json } = run(process.argv.slice(2));
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
  process.exitCode = exitCodeOf(report);
} catch (error) {
  const code = (error as { code?: unknown }).code;
  if (!(error instanceof WrongUse) && code !== 'ENOENT' && code !== 'EACCES') throw error;
  process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = WRONG_USE;
}
