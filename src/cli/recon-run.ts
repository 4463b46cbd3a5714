import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command } from 'commander';
import { ApiClient } from '../client/api-client';
import { type BulkTarget } from '../client/bulk';
import { type ConnectionOptions, targetOf } from './connection';
import { type ExitCode, type Output, outputOf, type OutputOptions } from './output';

export interface ReconRunCommand {
  readonly cutoff: string;
  readonly dryRun?: boolean;
  /** the same key repeats a run under its id */
  readonly key?: string;
}

interface RunProgress {
  readonly id: string;
  readonly state?: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  readonly step?: string;
  readonly done?: number;
  readonly total?: number;
  readonly problem?: { readonly code: string; readonly detail: string };
}

interface FinishedRun extends RunProgress {
  readonly definition: string;
  readonly version: number;
  readonly cutoff: string;
  readonly mode: string;
  readonly input: { readonly freshness?: Readonly<Record<string, Freshness>> };
  readonly result: {
    readonly sha256: string;
    readonly status?: string;
    readonly groups: number;
    readonly ambiguities: number;
    readonly suggestions?: number;
    readonly breaks: Readonly<Record<string, number>>;
    readonly identities?: { readonly checked: number; readonly failed: number };
  };
}

interface Freshness {
  readonly asOf?: string;
  readonly limitDays: number;
  readonly isStale: boolean;
}

interface DefinitionStatus {
  readonly id: string;
  readonly kind?: string;
  readonly retiredFrom?: string;
  readonly openBreaks: number;
  readonly lastRun?: {
    readonly cutoff: string;
    readonly version: number;
    readonly status?: string;
    readonly groups: number;
    readonly breaks: Readonly<Record<string, number>>;
  };
}

type Globals = OutputOptions & ConnectionOptions;

/** How often a run is asked how far it is. */
const POLL_MS = 500;

export function addReconRun(
  recon: Command,
  tieout: Command,
  finish: (code: ExitCode) => void,
): void {
  recon
    .command('run')
    .description('match a definition up to a cut-off, and wait for the result')
    .argument('<definition>', 'such as bank, three-way or intercompany')
    .requiredOption('--cutoff <date>', 'last civil date of the population')
    .option('--dry-run', 'compare and record nothing')
    .option('--key <key>', 'idempotency key: the same one repeats the same run')
    .action(async (definition: string, options: ReconRunCommand) => {
      const globals = tieout.opts<Globals>();
      finish(await reconRun(definition, options, targetOf(globals), outputOf(globals)));
    });
  recon
    .command('status')
    .description('the definitions, what the last run of each said, and what is open')
    .argument('[definition]')
    .action(async (definition: string | undefined) => {
      const globals = tieout.opts<Globals>();
      finish(await reconStatus(definition, targetOf(globals), outputOf(globals)));
    });
}

/**
 * Starts a run and follows it to its end.
 *
 * @returns 0 when both sides agree, 1 when they differ or a side is stale or empty, 3 when the run did not end well
 */
export async function reconRun(
  definition: string,
  { cutoff, dryRun, key = `run-${randomUUID()}` }: ReconRunCommand,
  target: BulkTarget,
  output: Output,
): Promise<ExitCode> {
  const client = new ApiClient(target.baseUrl, target.key);
  const mode = dryRun === true ? 'dry-run' : 'commit';
  const headers = { Prefer: 'respond-async' };
  const started = await client.command<RunProgress>(
    '/v1/recon/runs',
    key,
    { definition, cutoff, mode },
    { headers },
  );
  const ended = await followed(client, started.body, output);
  if (output.json) output.out(JSON.stringify(ended));
  if (!isFinished(ended)) {
    if (!output.json)
      output.out(
        `The run ${ended.id} ${ended.state}: ${ended.problem?.detail ?? 'nothing was recorded.'}`,
      );
    return 3;
  }
  if (!output.json) for (const line of linesOf(ended)) output.out(line);
  return ended.result.status === 'agrees' ? 0 : 1;
}

/** Steps are told once each, as the service names them. */
async function followed(
  client: ApiClient,
  first: RunProgress,
  output: Output,
): Promise<RunProgress | FinishedRun> {
  let told = '';
  for (let run = first; ;) {
    const { state, step = '', done = 0, total = 0 } = run;
    if (isFinished(run) || ['failed', 'cancelled', 'interrupted'].includes(state ?? '')) return run;
    const now = `${state} ${step}`;
    if (now !== told)
      output.note(`${step === '' ? String(state) : step} (${done} of ${total} steps)`);
    told = now;
    await delay(POLL_MS);
    run = (await client.get<RunProgress>(`/v1/recon/runs/${run.id}`)).body;
  }
}

const isFinished = (run: RunProgress): run is FinishedRun => 'result' in run;

function linesOf({ definition, version, cutoff, mode, input, result, id }: FinishedRun): string[] {
  const { groups, ambiguities, suggestions = 0, identities } = result;
  const stale = Object.entries(input.freshness ?? {}).filter(([, { isStale }]) => isStale);
  return [
    `${definition} version ${version}, up to ${cutoff}, ${mode}: ${result.status ?? 'done'}; run ${id}`,
    `${groups} groups, ${ambiguities} ambiguities, ${suggestions} suggestions; breaks: ${breaksText(result.breaks)}`,
    ...(identities === undefined
      ? []
      : [`${identities.checked} identities checked, ${identities.failed} do not hold`]),
    ...stale.map(
      ([side, { asOf, limitDays }]) =>
        `side ${side} tells of ${asOf ?? 'nothing'}, more than ${limitDays} days before the cut-off`,
    ),
    `result ${result.sha256}`,
  ];
}

/**
 * @returns 0 when every definition that was run agrees, 1 when one differs or is stale, 3 when the named one is not there
 */
export async function reconStatus(
  definition: string | undefined,
  target: BulkTarget,
  output: Output,
): Promise<ExitCode> {
  const client = new ApiClient(target.baseUrl, target.key);
  const { body } = await client.get<{ readonly items: readonly DefinitionStatus[] }>(
    '/v1/recon/definitions',
  );
  const items = body.items.filter(({ id }) => definition === undefined || id === definition);
  if (items.length === 0) {
    output.out(`There is no definition ${definition}.`);
    return 3;
  }
  if (output.json) output.out(JSON.stringify({ items }));
  else for (const item of items) output.out(statusLine(item));
  return items.every(({ lastRun }) => lastRun === undefined || lastRun.status === 'agrees') ? 0 : 1;
}

function statusLine({ id, kind = '', retiredFrom, openBreaks, lastRun }: DefinitionStatus): string {
  const retired = retiredFrom === undefined ? '' : `, retired from ${retiredFrom}`;
  if (lastRun === undefined) return `${id} (${kind}${retired}): never run`;
  const { cutoff, version, status = 'done', groups, breaks } = lastRun;
  return (
    `${id} (${kind}${retired}): ${status} up to ${cutoff} by version ${version}; ${groups} groups, ` +
    `${openBreaks} open breaks; in the last run: ${breaksText(breaks)}`
  );
}

function breaksText(breaks: Readonly<Record<string, number>>): string {
  const all = Object.entries(breaks).map(([type, count]) => `${type} ${count}`);
  return all.length === 0 ? 'none' : all.join(', ');
}
