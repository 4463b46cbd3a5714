import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type Command } from 'commander';
import { ApiClient, ApiProblem } from '../client/api-client';
import { type BulkTarget } from '../client/bulk';
import { type ConnectionOptions, targetOf, UsageError } from './connection';
import { type ExitCode, type Output, outputOf, type OutputOptions } from './output';
import { addReconRun } from './recon-run';

export interface ReconImportCommand {
  readonly source: string;
  readonly entity?: string;
  readonly mapping?: string;
  readonly dryRun?: boolean;
}

type Verdicts = { readonly passed: number; readonly failed: number; readonly notStated: number };

interface Imported {
  readonly id: string;
  readonly format: string;
  readonly counts: {
    readonly statements: number;
    readonly lines: number;
    readonly rejected: number;
    readonly duplicates: number;
  };
  readonly controls: Readonly<Record<string, Verdicts>>;
  readonly rejects?: readonly {
    readonly place: { readonly line: number };
    readonly reason: string;
    readonly detail: string;
  }[];
}

type Globals = OutputOptions & ConnectionOptions;

export function addRecon(tieout: Command, finish: (code: ExitCode) => void): void {
  const recon = tieout.command('recon').description('statements and reconciliation');
  recon
    .command('import')
    .description('import a statement or ledger file; importing it again adds nothing')
    .argument('<file>')
    .option('--source <id>', 'bank, bank-csv, bank-reports or gl', 'bank')
    .option('--entity <code>', 'legal entity whose accounts the file is about')
    .option('--mapping <id>', 'saved mapping, for a CSV file')
    .option('--dry-run', 'read and count only')
    .action(async (file: string, options: ReconImportCommand) => {
      const globals = tieout.opts<Globals>();
      finish(await reconImport(file, options, targetOf(globals), outputOf(globals)));
    });
  addReconRun(recon, tieout, finish);
  recon
    .command('mapping')
    .description('save how CSV files are read; a change is a new version')
    .argument('<id>')
    .argument('<file>', 'the mapping as JSON')
    .action(async (id: string, file: string) => {
      const globals = tieout.opts<Globals>();
      finish(await reconMapping(id, file, targetOf(globals), outputOf(globals)));
    });
}

/**
 * Imports a file as a stream. The key of the command is made of the file, so that running it again is harmless.
 *
 * @returns 0 when all rows were read and no control failed, 1 when not or when the file was refused
 */
export async function reconImport(
  path: string,
  command: ReconImportCommand,
  target: BulkTarget,
  output: Output,
): Promise<ExitCode> {
  if (!existsSync(path)) throw new UsageError(`${path} does not exist.`);
  const query = new URLSearchParams({
    source: command.source,
    ...(command.entity === undefined ? {} : { entity: command.entity }),
    ...(command.mapping === undefined ? {} : { mapping: command.mapping }),
    ...(command.dryRun === true ? { dryRun: 'yes' } : {}),
  });
  const api = `/v1/recon/imports?${query.toString()}`;
  const key = `import-${await hashOf(path, query.toString())}`;
  try {
    const { body } = await new ApiClient(target.baseUrl, target.key).command<Imported>(
      api,
      key,
      undefined,
      {
        body: Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
        headers: { 'Content-Type': 'application/octet-stream' },
      },
    );
    return tell(body, output);
  } catch (error) {
    if (!(error instanceof ApiProblem) || !isAnswer(error)) throw error;
    output.out(output.json ? JSON.stringify(error.problem) : error.message);
    return error.code === 'file-imported' ? 0 : 1;
  }
}

/** @returns 0 when the mapping is in force, 1 when it was refused */
export async function reconMapping(
  id: string,
  file: string,
  target: BulkTarget,
  output: Output,
): Promise<ExitCode> {
  if (!existsSync(file)) throw new UsageError(`${file} does not exist.`);
  const body = readFileSync(file);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const client = new ApiClient(target.baseUrl, target.key);
  const saved = await client.send<{ readonly version: number }>(
    `/v1/recon/mappings/${encodeURIComponent(id)}`,
    {
      method: 'PUT',
      body,
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': `mapping-${id}-${sha256}`.slice(0, 128),
      },
    },
  );
  output.out(
    output.json ? JSON.stringify(saved.body) : `${id} is at version ${saved.body.version}.`,
  );
  return 0;
}

/** The service read the file and says no, or has it already. */
const isAnswer = ({ code }: ApiProblem) =>
  code === 'contract-violation' || code === 'file-imported';

function tell(imported: Imported, output: Output): ExitCode {
  const { counts, controls, rejects = [] } = imported;
  const failed = Object.entries(controls).filter(([, verdicts]) => verdicts.failed > 0);
  if (output.json) output.out(JSON.stringify(imported));
  else {
    output.out(
      `${imported.format}: ${counts.statements} statements, ${counts.lines} lines (${counts.duplicates} known), ` +
        `${counts.rejected} rows rejected; batch ${imported.id}`,
    );
    for (const { place, reason, detail } of rejects.slice(0, 10))
      output.note(`line ${place.line}: ${reason}, ${detail}`);
    for (const [name, verdicts] of failed)
      output.out(
        `control ${name}: failed in ${verdicts.failed} statements, passed in ${verdicts.passed}`,
      );
  }
  return counts.rejected > 0 || failed.length > 0 ? 1 : 0;
}

async function hashOf(path: string, query: string): Promise<string> {
  const hash = createHash('sha256').update(`${query}\n`);
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}
