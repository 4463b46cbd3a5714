import { type Guard } from '../close/guard.policy';
import { type Figures, verdictOfSource } from './account-reconciliation.policy';
import { type FailedControl, type SourceControl } from './reconciliation-rows.policy';

/** What has to hold before a reconciliation can be signed. */
export interface PrepareFacts {
  readonly id: string;
  readonly definition: string;
  readonly entity: string;
  readonly cutoff: string;
  /** cut-off of the run of the period */
  readonly runCutoff: string | undefined;
  readonly figures: readonly Figures[];
  readonly source: readonly SourceControl[];
  readonly failed: readonly FailedControl[];
  /** breaks above performance materiality without cause, explanation or owner */
  readonly material: readonly string[];
  readonly stale: readonly { readonly account: string; readonly upTo?: string }[];
}

/** The conditions of PREPARE, each with what to do. */
export function prepareGuards(facts: PrepareFacts): readonly Guard[] {
  return [
    matched(facts),
    everyLine(facts),
    fresh(facts),
    controls(facts),
    tiedOut(facts),
    explained(facts),
  ];
}

function matched({ runCutoff, cutoff, definition }: PrepareFacts): Guard {
  return {
    guard: 'matched-to-cut-off',
    holds: runCutoff === cutoff,
    detail:
      runCutoff === cutoff
        ? `${definition} is matched up to ${cutoff}.`
        : `${definition} is matched up to ${runCutoff ?? 'no day of this period'}. Commit a run with the cut-off ${cutoff}.`,
    link: '/v1/recon/runs',
  };
}

function everyLine({ figures, definition }: PrepareFacts): Guard {
  const moved = figures.find(({ notMatched }) => /[1-9]/.test(notMatched));
  return {
    guard: 'every-line-in-the-run',
    holds: moved === undefined,
    detail:
      moved === undefined
        ? 'Every line is in a match or a break.'
        : `Lines of ${moved.currency} ${moved.notMatched} came or left a match after the run. Run ${definition} again.`,
    link: '/v1/recon/runs',
  };
}

function fresh({ stale, entity, cutoff }: PrepareFacts): Guard {
  const [first] = stale;
  const where = first === undefined ? '' : first.account === entity ? entity : first.account;
  return {
    guard: 'source-fresh',
    holds: first === undefined,
    detail:
      first === undefined
        ? `Statements reach the cut-off ${cutoff}.`
        : `The statements of ${where} end ${first.upTo === undefined ? 'before any is here' : `on ${first.upTo}`}. Import those up to ${cutoff}.`,
    link: '/v1/recon/imports',
  };
}

function controls({ source, failed }: PrepareFacts): Guard {
  const balance = source.find((one) => verdictOfSource(one) === 'failed');
  const control = failed.find(({ accepted }) => !accepted);
  const detail =
    balance !== undefined
      ? `The statement of ${balance.account} on ${balance.on} closes with another balance than its lines add up to. A statement is missing, or stands twice.`
      : control !== undefined
        ? `The control ${control.control} of statement ${control.statement} in batch ${control.batch} failed. Import the right file, or have the failure accepted with a reason.`
        : 'No control of a statement failed.';
  return {
    guard: 'controls-passed',
    holds: balance === undefined && control === undefined,
    detail,
    link: control === undefined ? '/v1/recon/imports' : `/v1/recon/imports/${control.batch}`,
  };
}

function tiedOut({ figures, id }: PrepareFacts): Guard {
  const wrong = figures.find((one) => !one.tiedOut);
  return {
    guard: 'tied-out',
    holds: wrong === undefined,
    detail:
      wrong === undefined
        ? 'Every difference is explained within the threshold.'
        : `${wrong.currency} ${wrong.unexplainedGross} are not explained; the threshold is ${wrong.threshold}. Match or classify the open breaks.`,
    link: `/v1/recon/reconciliations/${id}`,
  };
}

function explained({ material }: PrepareFacts): Guard {
  const [first] = material;
  return {
    guard: 'material-breaks-explained',
    holds: first === undefined,
    detail:
      first === undefined
        ? 'Every break above performance materiality has a cause, an explanation and an owner.'
        : `${material.length} breaks above performance materiality lack a cause, an explanation or an owner. The first is ${first}.`,
    link: first === undefined ? '/v1/recon/breaks' : `/v1/recon/breaks/${first}`,
  };
}
