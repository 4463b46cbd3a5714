#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { isTieoutError } from './kernel/errors';
import { ApiProblem } from './client/api-client';
import { append, fileLines } from './cli/append';
import { targetOf, UsageError, type ConnectionOptions } from './cli/connection';
import { addCheck } from './cli/check';
import { addControls } from './cli/controls';
import { demo, type DemoCommand } from './cli/demo';
import { fsck, type FsckCommand } from './cli/fsck';
import { importFile, type ImportCommand } from './cli/import';
import {
  keysApprove,
  keysGenerate,
  keysRotate,
  keysShow,
  keysWitness,
  type RotateCommand,
} from './cli/keys';
import {
  type CompromisedCommand,
  keysCompromised,
  keysRetire,
  type RetireCommand,
} from './cli/keys-offline';
import { addLog } from './cli/log';
import { type ExitCode, outputOf, type OutputOptions } from './cli/output';
import { addMigrate } from './cli/migrate';
import { addRecon } from './cli/recon';
import { serve } from './cli/serve';
import { verifyHeads, verifyProof } from './cli/verify-proof';
import { addSod } from './cli/sod';
import { loadConfig } from './config';

const EXIT_CODES = `
Exit codes: 0 done and good; 1 the answer is no (a finding, a difference); 2 wrong usage, key or policy file;
3 not finished or only in part (go on or try again); 4 good, but short of the policy; 5 refused (credential, scope).`;

function program(): Command {
  const { version } = JSON.parse(
    readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'),
  ) as { version: string };
  const tieout = new Command('tieout')
    .description('Audit ledger and reconciliation service for finance workflows')
    .version(version)
    .option('--json', 'results for machines on stdout')
    .option('--quiet', 'no words on stderr')
    .option('--url <url>', 'address of the service (TIEOUT_URL)')
    .option('--key-file <file>', 'file with the API key (TIEOUT_API_KEY_FILE)')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('Run tieout --help for the commands.');
  addServe(tieout);
  addDemo(tieout);
  addAppend(tieout);
  addImport(tieout);
  addVerify(tieout);
  addKeys(tieout);
  addLog(tieout, finish);
  addRecon(tieout, finish);
  addSod(tieout, finish);
  addMigrate(tieout);
  addControls(tieout, finish);
  addCheck(tieout, finish);
  return tieout;
}

type Globals = OutputOptions & ConnectionOptions;

function addServe(tieout: Command): void {
  tieout
    .command('serve')
    .description('run the service; configuration comes from TIEOUT_* variables')
    .action(async () => finish(await serve(outputOf(tieout.opts<Globals>()))));
}

function addDemo(tieout: Command): void {
  tieout
    .command('demo')
    .description(
      'a seeded close month on a new ledger: what goes in, what is found, what is proved',
    )
    .option('--port <port>', 'port of the service; 0 takes a free one', '0')
    .option('--seed <text>', 'another seed is another month', 'tieout')
    .option('--exit', 'end after the story instead of serving on')
    .option('--keep', 'keep the data folder')
    .action(async (command: DemoCommand) =>
      finish(await demo(command, outputOf(tieout.opts<Globals>()))),
    );
}

function addAppend(tieout: Command): void {
  tieout
    .command('append')
    .description('send an NDJSON file of structured CloudEvents; sending it again is harmless')
    .argument('<file>', 'the file, or - for standard input')
    .option('--from-line <n>', 'begin at this line', '1')
    .option('--errors <file>', 'keep the result of every refused line')
    .action(async (file: string, options: { fromLine: string; errors?: string }) => {
      const globals = tieout.opts<Globals>();
      const output = outputOf(globals);
      const fromLine = Number(options.fromLine);
      if (!Number.isSafeInteger(fromLine) || fromLine < 1)
        throw new UsageError('--from-line is a whole number from 1.');
      const { counts, exitCode } = await append(
        targetOf(globals),
        fileLines(file, fromLine),
        output,
        options.errors,
      );
      output.out(
        output.json
          ? JSON.stringify(counts)
          : `recorded ${counts.recorded}, duplicate ${counts.duplicate}, refused ${counts.failed}`,
      );
      finish(exitCode);
    });
}

function addImport(tieout: Command): void {
  const command = tieout
    .command('import')
    .description('send an event log, mapped to canonical events');
  for (const format of ['xes', 'csv'] as const) {
    command
      .command(format)
      .description(format === 'xes' ? 'an XES log, plain or gzip' : 'a CSV file')
      .argument('<file>')
      .requiredOption('--mapping <file>', 'which attributes or columns become which fields')
      .option(
        '--register-as <name>',
        'register the source of the mapping under this short name, if it is new',
      )
      .option('--time-zone <zone>', 'time zone of a source that is registered', 'UTC')
      .option('--errors <file>', 'keep the result of every refused event')
      .option('--dry-run', 'read and map only')
      .action(async (file: string, options: ImportCommand) => {
        const globals = tieout.opts<Globals>();
        finish(await importFile(file, options, () => targetOf(globals), outputOf(globals)));
      });
  }
}

/** `verify` is the same check by the name that a pack's reader looks for. */
function addVerify(tieout: Command): void {
  const check = tieout
    .command('fsck')
    .description('recompute a ledger from its entries and compare all copies, read-only')
    .argument('<path>', 'data folder, ledger folder or exported log')
    .option('--max-age <time>', 'the newest event may not be older: 90m, 26h, 2d')
    .option('--copy <path>', 'another copy, such as a backup: it tells what was changed')
    .option('--show-values', 'also print the values that were changed')
    .option('--threads <n>', 'threads that check; all cores by default')
    .option('--progress <form>', '"json" for one object a line on stderr');
  const verify = tieout
    .command('verify')
    .description('verify an evidence pack, an exported log or a data folder, read-only')
    .argument('<path>', 'pack folder or ZIP, exported log, data folder');
  for (const command of [check, verify]) {
    command
      .option('--policy <file>', 'the keys you trust, from outside: a C2SP policy file')
      .option('--last-seen <file>', 'a checkpoint that you kept: the log must extend it')
      .option('--tsa-ca <file>', 'authorities of timestamps that you trust, as PEM')
      .action(async (path: string, options: FsckCommand) => {
        finish(await fsck(path, options, outputOf(tieout.opts<Globals>())));
      });
  }
  addVerifyProof(verify, tieout);
}

function addVerifyProof(verify: Command, tieout: Command): void {
  const policy = ['--policy <file>', 'the keys you trust, from outside: required'] as const;
  verify
    .command('proof')
    .description('verify one entry by its .tlog-proof, offline')
    .argument('<file>', 'the proof')
    .requiredOption('--entry <file>', 'the stored bytes of the entry')
    .option(...policy)
    .action((file: string, _options: object, command: Command) =>
      finish(verifyProof(file, command.optsWithGlobals(), outputOf(tieout.opts<Globals>()))),
    );
  verify
    .command('heads')
    .description('verify by a .heads.json what was the last event of a stream, offline')
    .argument('<file>', 'the heads proof')
    .option('--entries <file>', 'the entries of the stream, one a line: that none is missing')
    .option(...policy)
    .action((file: string, _options: object, command: Command) =>
      finish(verifyHeads(file, command.optsWithGlobals(), outputOf(tieout.opts<Globals>()))),
    );
}

function addKeys(tieout: Command): void {
  const keys = tieout.command('keys').description('the signing keys of a ledger');
  keys
    .command('generate')
    .description('make a signing key and a recovery key; prints the key to pin')
    .requiredOption('--origin <origin>', 'name of the log: a URL without scheme')
    .requiredOption('--out <folder>', 'folder for the two key files')
    .action((options: { origin: string; out: string }) => {
      finish(keysGenerate(options.origin, options.out, outputOf(tieout.opts<Globals>())));
    });
  keys
    .command('rotate')
    .description('ask for a new key; another person approves it')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--overlap-days <days>', 'how long both keys sign', '30')
    .action(async (options: RotateCommand) => {
      const globals = tieout.opts<Globals>();
      finish(await keysRotate(targetOf(globals), options, outputOf(globals)));
    });
  keys
    .command('approve')
    .description('approve a new key that another person asked for')
    .argument('<id>', 'id of the rotation')
    .action(async (id: string) => {
      const globals = tieout.opts<Globals>();
      finish(await keysApprove(targetOf(globals), id, outputOf(globals)));
    });
  keys
    .command('retire')
    .description('retire the older of two keys now; the service is stopped')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--vkey <vkey>', 'the key; the oldest in service otherwise')
    .action(async (options: RetireCommand) =>
      finish(await keysRetire(options, outputOf(tieout.opts<Globals>()))),
    );
  keys
    .command('compromised')
    .description('replace a lost key by the word of the recovery key; the service is stopped')
    .requiredOption('--recovery-key <file>', 'private recovery key, mode 0600')
    .requiredOption('--trusted-size <n>', 'last size that a witness or timestamp vouches for')
    .requiredOption('--reason <text>', 'what happened, for the record')
    .option('--vkey <vkey>', 'the lost key; the one in service otherwise')
    .action(async (options: CompromisedCommand) =>
      finish(await keysCompromised(options, outputOf(tieout.opts<Globals>()))),
    );
  keys
    .command('show')
    .description('print the verification key of the configured ledger')
    .option('--policy', 'as a policy file for `tieout verify --policy`')
    .option('--witness', 'the key with which it cosigns other logs')
    .action((options: { policy?: boolean; witness?: boolean }) => {
      const { logKeyFile, origin, witnessKeyFile } = loadConfig(process.env);
      if (options.witness === true)
        return finish(keysWitness(witnessKeyFile, outputOf(tieout.opts<Globals>())));
      finish(
        keysShow(logKeyFile, origin, options.policy === true, outputOf(tieout.opts<Globals>())),
      );
    });
}

function finish(code: ExitCode): void {
  process.exitCode = code;
}

/** What went wrong, in one sentence, and the code that says whether to try again. */
function fail(error: unknown): void {
  process.stderr.write(`tieout: ${sentenceOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}

/** Node's own words for a lost connection say neither what happened nor what to do. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') {
    return 'Nothing answers at that address. Start the service, or name it with --url or TIEOUT_URL.';
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return 'The connection to the service broke. Run the same command again: what is recorded is answered as a duplicate.';
  }
  return error.message;
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError || isTieoutError(error, 'configuration')) return 2;
  if (error instanceof ApiProblem)
    return error.status === 401 || error.status === 403 || error.status === 412 ? 5 : 3;
  return 3;
}

program().parseAsync().catch(fail);
