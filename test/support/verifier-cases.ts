import { spawnSync } from 'node:child_process';
import { type BitFlip } from './bit-flips';

/** What a driver of somebody else's verifier is asked: a command, and which bit of which file is turned before it is read. */
export interface VerifierCase {
  readonly args: readonly string[];
  readonly file?: string;
  readonly bit?: number;
}

export interface VerifierAnswer {
  readonly accepted: boolean;
  readonly said: string;
}

/** Asks a driver, in one process for all cases. */
export function askVerifier(
  [command = '', ...args]: readonly string[],
  cases: readonly VerifierCase[],
): VerifierAnswer[] {
  const input = cases.map((each) => JSON.stringify(each)).join('\n');
  const { status, stdout, stderr } = spawnSync(command, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  const answers = stdout.trimEnd().split('\n');
  if (answers.length !== cases.length) throw new Error(`${command} left out an answer`);
  return answers.map((line) => JSON.parse(line) as VerifierAnswer);
}

/** The flips that were accepted with which a case should have been refused. */
export function acceptedFlips(
  ask: (cases: readonly VerifierCase[]) => VerifierAnswer[],
  args: readonly string[],
  flips: readonly BitFlip[],
): BitFlip[] {
  const answers = ask(flips.map((flip) => ({ args, ...flip })));
  return flips.filter((_, i) => answers[i]?.accepted);
}
