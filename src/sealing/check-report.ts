import { type FindingCode } from './findings';

/** One thing that is not as it must be, and where. Never a value of the entry unless the user asked for values. */
export interface Finding {
  readonly code: FindingCode;
  /** one sentence for people */
  readonly detail: string;
  readonly index?: number;
  /** first and last index, where the place cannot be told more closely */
  readonly range?: readonly [first: number, last: number];
  readonly stream?: string;
  readonly revision?: number;
  /** JSON Pointer of the field */
  readonly pointer?: string;
  readonly file?: string;
  /** from 1 */
  readonly line?: number;
  readonly expected?: string;
  readonly actual?: string;
  /** which copy tells what is right */
  readonly evidence?: string;
}

export type CheckResult = 'verified' | 'failed' | 'not-finished' | 'not-anchored' | 'not-met';

/** What a check found. `--json` prints it as it is. */
export interface CheckReport {
  readonly result: CheckResult;
  /** what was checked: a pack's id or a folder */
  readonly subject: string;
  readonly origin?: string;
  readonly size?: number;
  /** how much of each was checked */
  readonly checked: Readonly<Record<string, number>>;
  /** the first bad position */
  readonly first?: Finding;
  /** the first 100 */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly warnings: readonly string[];
  /** why the result is not `verified` although nothing was found, and what was not checked */
  readonly notes: readonly string[];
}

export const FINDINGS_KEPT_MAX = 100;

/** Collects findings: keeps the first 100, counts all, and knows the first bad position. */
export class Findings {
  readonly kept: Finding[] = [];
  readonly warnings: string[] = [];
  count = 0;
  /** findings that say something against the log, not only that a policy is not met */
  againstLog = 0;
  private lowest: Finding | undefined;

  add(finding: Finding): void {
    this.count += 1;
    if (!POLICY_CODES.has(finding.code)) this.againstLog += 1;
    if (this.kept.length < FINDINGS_KEPT_MAX) this.kept.push(finding);
    if (this.lowest === undefined || comesBefore(finding, this.lowest)) this.lowest = finding;
  }

  warn(warning: string): void {
    if (this.warnings.length < FINDINGS_KEPT_MAX) this.warnings.push(warning);
  }

  get first(): Finding | undefined {
    return this.lowest;
  }
}

/**
 * The first bad position is the lowest index of any finding; a finding without an index counts only when there is none
 * with one. Of two at the same index the first told says what happened.
 */
const comesBefore = (a: Finding, b: Finding): boolean => placeOf(a) < placeOf(b);

const placeOf = (f: Finding): number => f.index ?? f.range?.[0] ?? Infinity;

/**
 * 0 verified; 1 a finding; 3 not finished; 4 intact, but not anchored, or quorum, token or age do not meet the policy.
 */
export function exitCodeOf(report: CheckReport): 0 | 1 | 3 | 4 {
  const { result } = report;
  if (result === 'not-met') return 4;
  if (report.findingCount > 0) return 1;
  if (result === 'not-finished') return 3;
  return result === 'not-anchored' ? 4 : 0;
}

/** What a finding of the policy is: it says nothing against the log. */
const POLICY_CODES: ReadonlySet<FindingCode> = new Set([
  'cosignature-quorum',
  'timestamp-token',
  'checkpoint-stale',
]);

const WORDS: Readonly<Record<CheckResult, string>> = {
  verified: 'VERIFIED',
  failed: 'FAILED',
  'not-finished': 'NOT FINISHED',
  'not-anchored': 'CONSISTENT WITH ITSELF',
  'not-met': 'INTACT, BUT SHORT OF THE POLICY',
};

/** The report for people, ending in LF. */
export function reportText(report: CheckReport): string {
  const { first } = report;
  const head = [WORDS[report.result], report.subject, report.origin];
  if (report.size !== undefined) head.push(`size ${report.size}`);
  if (first !== undefined) head.push(`first bad position: ${placeText(first)}`);
  const lines = [head.filter((part) => part !== undefined).join('  ')];
  for (const warning of report.warnings) lines.push(`  warning: ${warning}`);
  for (const note of report.notes) lines.push(`  note: ${note}`);
  for (const finding of report.findings) lines.push(...findingLines(finding));
  const counts = Object.entries(report.checked).map(([what, n]) => `${n} ${what}`);
  const found = report.findingCount === 1 ? '1 finding' : `${report.findingCount} findings`;
  lines.push(`checked ${counts.join(', ')}; ${found}`);
  return `${lines.join('\n')}\n`;
}

function placeText(f: Finding): string {
  const parts = [
    f.index === undefined ? undefined : `index ${f.index}`,
    f.range === undefined ? undefined : `index ${f.range[0]} to ${f.range[1]}`,
    f.file === undefined ? undefined : `file ${f.file}`,
    f.line === undefined ? undefined : `line ${f.line}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ') || f.detail;
}

function findingLines(f: Finding): string[] {
  const place = [
    f.file === undefined ? undefined : `file ${f.file}`,
    f.line === undefined ? undefined : `line ${f.line}`,
    f.index === undefined ? undefined : `index ${f.index}`,
    f.range === undefined ? undefined : `index ${f.range[0]} to ${f.range[1]}`,
    f.stream === undefined ? undefined : `stream ${f.stream}`,
    f.revision === undefined ? undefined : `revision ${f.revision}`,
    f.code,
    f.pointer === undefined ? undefined : `field ${f.pointer}`,
  ];
  const lines = [`  ${place.filter((part) => part !== undefined).join('  ')}`, `    ${f.detail}`];
  const values = [
    f.expected === undefined ? undefined : `expected ${f.expected}`,
    f.actual === undefined ? undefined : `actual ${f.actual}`,
    f.evidence === undefined ? undefined : `(${f.evidence})`,
  ].filter((part) => part !== undefined);
  if (values.length > 0) lines.push(`    ${values.join('   ')}`);
  return lines;
}
