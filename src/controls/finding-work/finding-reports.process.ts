import { type ReadModel } from '../../../projections/read-model';
import { type Unreported, unreportedFindings } from '../../../projections/sod-findings';
import { type Executor } from '../../commanding';
import { isTieoutError } from '../../kernel/errors';
import { type Clock } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { DEFAULT_DUTIES } from '../duty-mapping.policy';
import { DEFAULT_RULES } from '../rule-set.policy';
import { findingReport } from './finding-report.decider';

const { id, version } = DEFAULT_RULES.set.ruleset;
const { mapping } = DEFAULT_DUTIES;
/** What recorded acts are judged by. */
const PINS = { ruleSet: `${id}@${version}`, dutyMapping: `${mapping.id}@${mapping.version}` };

/** Findings of one reading; the next follows at once while there are more. */
const AT_ONCE = 200;
const WAIT_MS = 2_000;

export interface FindingReportsDependencies {
  readonly executor: Pick<Executor, 'execute'>;
  readonly readModel: Pick<ReadModel, 'query' | 'waitFor'>;
  readonly clock: Clock;
}

/**
 * Tells the ledger what was found, what became of it, by new facts or by time alone, and what is supported no more. A
 * finding is told as it stands when a round comes by: what changes ten times in a bulk import is told once.
 */
export class FindingReports {
  constructor(private readonly deps: FindingReportsDependencies) {}

  /** @returns how many findings were told */
  async round(signal?: AbortSignal): Promise<number> {
    let told = 0;
    const done = new Set<string>();
    for (;;) {
      // The read model may not have seen yet what this round has told.
      const due = this.due().filter(({ id, report }) => !done.has(`${id} ${report}`));
      let last: string | undefined;
      for (const finding of due) {
        if (signal?.aborted === true) return told;
        last = await this.tell(finding);
        done.add(`${finding.id} ${finding.report}`);
        told += 1;
      }
      if (last === undefined) return told;
      await this.seen(last);
    }
  }

  private due(): readonly Unreported[] {
    const { readModel, clock } = this.deps;
    return readModel.query((db) => unreportedFindings(db, { now: clock.now(), limit: AT_ONCE }));
  }

  /** A read model that is slow is looked at all the same: what was told is not told again. */
  private async seen(position: string): Promise<void> {
    try {
      await this.deps.readModel.waitFor(position, WAIT_MS);
    } catch (error) {
      if (!isTieoutError(error, 'read-model-behind', 'read-model-stopped')) throw error;
    }
  }

  private async tell({ id, report, found, position }: Unreported): Promise<string | undefined> {
    const at = this.deps.clock.now();
    const pins = { ...PINS, position };
    const done = await this.deps.executor.execute({
      stream: streamName('sod-finding', '_', id),
      decider: findingReport,
      command: { at, pins, ...(found === undefined ? {} : { found }) },
      // The same report by two nodes is one command, and so is its repeat after a crash.
      context: { process: 'finding-reports', causingEventId: id, n: report },
    });
    return done.position;
  }
}
