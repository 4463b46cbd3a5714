import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainedPlan, type PlannedAppend, type PlanSize } from './chained-plan';
import { compile, type Compiled } from './compile';
import { type Report, reportsOf } from './faulted-writer';
import { check, foundTestLedger, openTestStore } from './sealed-ledger';
import {
  type Ended,
  injectedIn,
  type Injection,
  observe,
  type Observed,
  runInjected,
} from './strace';

/** The plan of appends in a process of its own, under faults, and what must be true of the folder it leaves. */
export class FaultedRuns {
  private readonly child: Compiled = compile('test/support/faulted-writer.child.ts');
  // One path for all runs, so that the calls of one run can be counted in another.
  private readonly parent = mkdtempSync(join(tmpdir(), 'tieout-faults-'));
  readonly folder = join(this.parent, 'ledger');
  private readonly plan: readonly (readonly PlannedAppend[])[];

  constructor(private readonly size: PlanSize) {
    this.plan = chainedPlan(size);
  }

  private get command(): readonly string[] {
    return [process.execPath, this.child.file, this.folder, JSON.stringify(this.size)];
  }

  observe(): Promise<Observed> {
    this.clear();
    return observe(this.command, this.folder);
  }

  remove(): void {
    this.child.remove();
    rmSync(this.parent, { recursive: true, force: true });
  }

  /** @returns what is wrong with the run or with what it left, nothing if all is well */
  async problems(injection: Injection, { paths }: Observed): Promise<string[]> {
    this.clear();
    const log = join(this.parent, 'calls');
    const ended = await runInjected(this.command, { paths, injection, log });
    const reports = reportsOf(ended.stdout);
    const found = [...wrongReports(injection, ended, reports)];
    if (injection.fault !== 'SIGKILL' && injectedIn(log) === 0) found.push('no call met the fault');
    found.push(...(await this.afterwards(reports)));
    const { call, fault, from, to } = injection;
    return [...new Set(found)].map((text) => `${fault} on ${call} ${from}..${to}: ${text}`);
  }

  private clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Checks the folder as it was left, then lets a new process's store finish the plan, and checks again. */
  private async afterwards(reports: readonly Report[]): Promise<string[]> {
    const acknowledged = reports.filter((r) => 'acknowledged' in r);
    if (!existsSync(join(this.folder, 'ledger.db'))) {
      return acknowledged.length === 0 ? [] : ['the ledger file is gone'];
    }
    const found = acknowledged.length === 0 ? [] : await this.findings('as it was left');
    const store = await openTestStore(this.folder);
    try {
      const stored = new Map<string, Uint8Array[]>();
      for await (const { stream, entry } of store.readAll()) {
        stored.set(stream, [...(stored.get(stream) ?? []), entry]);
      }
      found.push(...this.wrongEvents(stored, reports));
      if (stored.size === 0) await foundTestLedger(store);
      for (const { stream, expected, events } of this.plan.flat()) {
        await store.append(stream, expected, events);
      }
    } finally {
      await store.close();
    }
    return [...found, ...(await this.findings('after the rest was appended'))];
  }

  private async findings(when: string): Promise<string[]> {
    const { result, findings } = await check(this.folder);
    if (result !== 'failed') return [];
    return findings.map(({ code, detail }) => `${when}: ${code}: ${detail ?? ''}`);
  }

  /** Acknowledged: there, byte for byte. Refused, and never in doubt: not there. In no case a part of an append. */
  private wrongEvents(
    stored: ReadonlyMap<string, readonly Uint8Array[]>,
    reports: readonly Report[],
  ): string[] {
    return this.plan.flat().flatMap(({ lane, round, stream, events }) => {
      const name = `${lane}/${round}`;
      const first = round * events.length;
      const there = (stored.get(stream) ?? []).slice(first, first + events.length);
      const isWhole =
        there.length === events.length &&
        there.every((entry, i) => Buffer.compare(entry, events[i]!.entry) === 0);
      if (there.length > 0 && !isWhole) return [`append ${name} is half there`];
      const wordsOf = reports.filter((r) => 'refused' in r && r.refused === name);
      const isAcknowledged = reports.some((r) => 'acknowledged' in r && r.acknowledged === name);
      const isInDoubt = wordsOf.some((r) => 'code' in r && r.code === 'outcome-unknown');
      if (isAcknowledged) return isWhole ? [] : [`append ${name} was acknowledged and is gone`];
      // A killed process may have committed what it did not get to say.
      const wasAnswered = wordsOf.length > 0 && !isInDoubt && reports.some((r) => 'finding' in r);
      return wasAnswered && isWhole ? [`append ${name} was refused and is there`] : [];
    });
  }
}

const EXPECTED_CODES = ['store-unavailable', 'outcome-unknown'];

function* wrongReports(
  { fault, to }: Injection,
  ended: Ended,
  reports: readonly Report[],
): Generator<string> {
  let acknowledged = 0;
  for (const report of reports) {
    if ('crashed' in report) yield `not refused with a code: ${report.crashed}`;
    if ('refused' in report && !EXPECTED_CODES.includes(report.code))
      yield `refused with ${report.code}`;
    if ('refused' in report && report.reason === 'locked')
      yield 'says that another process has the ledger';
    if ('acknowledged' in report) acknowledged += 1;
    if ('read' in report && report.read < acknowledged * 2) yield 'a read misses what is there';
    if ('finding' in report && report.finding !== null) yield `halted with ${report.finding}`;
  }
  if (fault === 'SIGKILL') {
    if (ended.exitCode === 0) yield 'the call was never reached';
    return;
  }
  if (ended.exitCode !== 0 && !reports.some((r) => 'crashed' in r))
    yield `ended with ${ended.exitCode ?? ended.signal}: ${ended.stderr.slice(0, 500)}`;
  const last = reports.at(-1);
  const gaveUp = reports.some((r) => 'refused' in r && r.refused === 'open');
  if (to !== Infinity && last !== undefined && !('closed' in last) && !gaveUp)
    yield 'did not recover';
}
