import { readFileSync } from 'node:fs';
import { type Command } from 'commander';
import { isTieoutError } from '../kernel/errors';
import { DEFAULT_RULES, findingText, judgeCase, readCases, type JudgedCase } from '../controls';
import { UsageError } from './connection';
import { type ExitCode, outputOf, type Output, type OutputOptions } from './output';

export function addSod(tieout: Command, finish: (code: ExitCode) => void): void {
  tieout
    .command('sod')
    .description('segregation of duties and delegation of authority')
    .command('check')
    .description('judge the cases of a file by the default rule set, offline')
    .argument('<file>', 'a case file: docs/reference/sod-case-file.md')
    .action((file: string) => finish(sodCheck(file, outputOf(tieout.opts<OutputOptions>()))));
}

/**
 * Judges the cases of a file by the default rule set and prints what is found.
 *
 * @returns 0 when every case with expectations meets them; 1 when one does not, or a case without expectations is not
 *   clear
 */
export function sodCheck(file: string, output: Output): ExitCode {
  const judged = casesOf(file).map((one) => ({
    ...judgeCase(one, DEFAULT_RULES),
    isExpected: one.expected !== undefined,
  }));
  const bad = judged.filter(({ isExpected, differences, verdict }) =>
    isExpected ? differences.length > 0 : verdict !== 'clear',
  );
  if (output.json) {
    output.out(JSON.stringify({ ruleSet: DEFAULT_RULES.set.ruleset.id, cases: judged }));
  } else {
    output.out(judged.flatMap(caseLines).join('\n'));
    output.note(`${judged.length} cases, ${judged.length - bad.length} as they should be`);
  }
  return bad.length === 0 ? 0 : 1;
}

function casesOf(file: string) {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
  try {
    return readCases(bytes, DEFAULT_RULES);
  } catch (error) {
    if (isTieoutError(error)) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

function caseLines({ id, title, verdict, decision, findings, differences }: JudgedCase): string[] {
  return [
    `${id}  ${verdict}${decision === null ? '' : `  decision ${decision}`}  ${title}`,
    ...findings.map((finding) => `  ${findingText(finding)}`),
    ...differences.map((difference) => `  DIFFERS  ${difference}`),
  ];
}
