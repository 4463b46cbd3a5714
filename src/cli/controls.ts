import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type Command } from 'commander';
import { type ApiClient } from '../client/api-client';
import { hex } from '../kernel/hash';
import { systemRandomness } from '../system';
import { clientOf, type ConnectionOptions, targetOf, UsageError } from './connection';
import { type ExitCode, type Output, outputOf, type OutputOptions } from './output';

type Globals = OutputOptions & ConnectionOptions;

const TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
  '.json': 'application/json',
};
/** Registers whose versions begin on dates: one file is one version. */
const VERSIONED = new Set(['rule-sets', 'duty-mappings']);
const ENTITLEMENTS = 'entitlements';
const SHOWN_MAX = 20;
const APPROVED_AT_A_TIME = 500;

export interface ControlsImport {
  readonly dryRun?: boolean;
  readonly id?: string;
  readonly effectiveFrom?: string;
  readonly system?: string;
  readonly asOf?: string;
}

export function addControls(tieout: Command, finish: (code: ExitCode) => void): void {
  const controls = tieout.command('controls').description('registers and rules of the controls');
  const run = (work: (client: ApiClient, output: Output) => Promise<ExitCode>) => async () => {
    const globals = tieout.opts<Globals>();
    finish(await work(clientOf(targetOf(globals)), outputOf(globals)));
  };
  controls
    .command('import')
    .description('propose the entries of a file; importing it again adds nothing')
    .argument('<kind>', 'such as exchange-rates, accounts, entitlements or rule-sets')
    .argument('<file>', '.csv, .ndjson or .json')
    .option('--dry-run', 'say what would become of each row')
    .option('--id <id>', 'of a rule set or duty mapping')
    .option('--effective-from <date>', 'first day of a rule set or duty mapping')
    .option('--system <name>', 'source system of a list of entitlements')
    .option('--as-of <instant>', 'when the entitlements were read')
    .action((kind: string, file: string, options: ControlsImport) =>
      run((client, output) => controlsImport({ kind, file, ...options }, client, output))(),
    );
  controls
    .command('approve')
    .description('put proposed entries of a register in force, as another person')
    .argument('<kind>')
    .argument('[ids...]', 'without any: every entry that waits')
    .action((kind: string, ids: string[]) =>
      run((client, output) => controlsApprove(kind, ids, client, output))(),
    );
}

type ImportOf = ControlsImport & { readonly kind: string; readonly file: string };

/** Every run is a question of its own: what is in the register already is answered as unchanged. */
const newKey = (what: string): string => `${what}-${hex(systemRandomness.bytes(16))}`;

/** @returns 0 when every row was taken, 1 when one was rejected */
export async function controlsImport(
  asked: ImportOf,
  client: ApiClient,
  output: Output,
): Promise<ExitCode> {
  const bytes = contentOf(asked.file);
  if (VERSIONED.has(asked.kind)) return versionImport(asked, bytes, client, output);
  const type = TYPES[extname(asked.file).toLowerCase()];
  if (type === undefined) throw new UsageError(`${asked.file}: name it .csv, .ndjson or .json.`);
  const { body } = await client.send<Report>(pathOf(asked), {
    method: 'POST',
    body: bytes,
    headers: { 'Content-Type': type, 'Idempotency-Key': newKey('import') },
  });
  if (output.json) output.out(JSON.stringify(body));
  else tellReport(body, asked, output);
  return body.rejected > 0 ? 1 : 0;
}

interface Rejected {
  readonly line: number;
  readonly result?: string;
  readonly detail?: string;
}

interface Report {
  readonly rows: number;
  readonly proposed?: number;
  readonly unchanged?: number;
  readonly rejected: number;
  readonly result?: string;
  readonly results?: readonly Rejected[];
  readonly faults?: readonly Rejected[];
}

function pathOf({ kind, system, asOf, dryRun }: ImportOf): string {
  const dry = dryRun === true ? { dryRun: 'yes' } : {};
  if (kind !== ENTITLEMENTS)
    return `/v1/controls/${kind}/imports?${new URLSearchParams(dry).toString()}`;
  if (system === undefined || asOf === undefined)
    throw new UsageError('Entitlements need --system NAME and --as-of INSTANT.');
  return `/v1/controls/entitlements?${new URLSearchParams({ system, asOf, ...dry }).toString()}`;
}

function tellReport(report: Report, { dryRun }: ImportOf, output: Output): void {
  const rejected = (report.results ?? report.faults ?? []).filter(
    ({ result }) => result === undefined || result === 'rejected',
  );
  for (const { line, detail } of rejected.slice(0, SHOWN_MAX))
    output.note(`line ${line}: ${detail ?? ''}`);
  if (rejected.length > SHOWN_MAX)
    output.note(`and ${rejected.length - SHOWN_MAX} more; --json tells all of them`);
  const { rows, proposed, unchanged, result } = report;
  const taken = result ?? `${proposed ?? 0} proposed, ${unchanged ?? 0} unchanged`;
  const dry = dryRun === true ? 'dry run: ' : '';
  output.out(`${dry}${rows} rows, ${taken}, ${report.rejected} rejected`);
}

/** A file in the form of the shipped rule set, or of the API, as the next version. */
async function versionImport(
  { kind, file, id, effectiveFrom, dryRun }: ImportOf,
  bytes: Buffer,
  client: ApiClient,
  output: Output,
): Promise<ExitCode> {
  if (id === undefined) throw new UsageError('Name the rule set or duty mapping: --id ID.');
  const entry = versionEntry(file, bytes, effectiveFrom);
  const path = `/v1/controls/${kind}/${encodeURIComponent(id)}/versions`;
  const list = await client.get<{
    readonly items: readonly { readonly id: string; readonly version: number }[];
  }>(`/v1/controls/${kind}?limit=1000`);
  const own = list.body.items.filter((one) => one.id === id).map(({ version }) => version);
  const version = Math.max(0, ...own) + 1;
  const target = `${path}/${version}${dryRun === true ? '?dryRun=yes' : ''}`;
  const { body } = await client.send<{ readonly missingCritical?: readonly string[] }>(target, {
    method: 'PUT',
    json: entry,
  });
  const { missingCritical = [] } = body;
  if (output.json) output.out(JSON.stringify(body));
  else output.out(`${dryRun === true ? 'dry run: ' : ''}${id} version ${version} proposed`);
  if (missingCritical.length > 0)
    output.note(`critical rules missing or weaker: ${missingCritical.join(', ')}`);
  return 0;
}

function versionEntry(file: string, bytes: Buffer, effectiveFrom: string | undefined): object {
  try {
    const { ruleset, duties, rules, rows, ...rest } = JSON.parse(bytes.toString('utf8')) as Record<
      string,
      unknown
    >;
    const from = effectiveFrom === undefined ? {} : { effectiveFrom };
    if (rows !== undefined) {
      const { effectiveFrom: own, effectiveTo, ruleSet } = rest;
      return { effectiveFrom: own, effectiveTo, ruleSet, rows, ...from };
    }
    const head = (ruleset ?? rest) as Record<string, unknown>;
    const { effectiveFrom: own, effectiveTo, baseCurrency, title, owner } = head;
    return { effectiveFrom: own, effectiveTo, baseCurrency, title, owner, duties, rules, ...from };
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}

/** @returns 0 when all of them are in force, 1 when one was refused */
export async function controlsApprove(
  kind: string,
  ids: readonly string[],
  client: ApiClient,
  output: Output,
): Promise<ExitCode> {
  const asked = ids.length > 0 ? ids : await waitingIn(kind, client);
  let refused = 0;
  for (let i = 0; i < asked.length; i += APPROVED_AT_A_TIME) {
    const part = asked.slice(i, i + APPROVED_AT_A_TIME);
    const { body } = await client.command<{ readonly results: readonly Approval[] }>(
      `/v1/controls/${kind}/approve`,
      newKey('approve'),
      { ids: part },
    );
    for (const { id, result, detail } of body.results) {
      if (result === 'approved') continue;
      refused += 1;
      output.note(`${id}: ${detail ?? ''}`);
    }
  }
  const told = { approved: asked.length - refused, refused };
  output.out(output.json ? JSON.stringify(told) : `${told.approved} approved, ${refused} refused`);
  return refused > 0 ? 1 : 0;
}

interface Approval {
  readonly id: string;
  readonly result: string;
  readonly detail?: string;
}

async function waitingIn(kind: string, client: ApiClient): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await client.get<{
      readonly items: readonly { readonly id: string }[];
      readonly next?: string;
    }>(`/v1/controls/${kind}?state=proposed&limit=1000${more}`);
    ids.push(...body.items.map(({ id }) => id));
    cursor = body.next;
  } while (cursor !== undefined);
  return [...new Set(ids)];
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}
