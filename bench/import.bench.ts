import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchService } from './bench-service';

/**
 * The public log of travel declarations (BPI Challenge 2020, 56,437 events) through the command line into the built
 * service, with the memory of the service. The log is no part of the repository.
 */
const LOG = 'data/events/bpic2020/BPI_2020_DomesticDeclarations.xes.gz';
const MAPPING = 'docs/mappings/bpi-2020-domestic-declarations.json';
const EVENTS = 56_437;

async function main(): Promise<void> {
  const log = join(process.env['TIEOUT_SHARED'] ?? '../shared', LOG);
  if (!existsSync(log)) {
    console.log(
      `import of the real log: not measured, ${log} is not here (TIEOUT_SHARED names its folder)\n`,
    );
    return;
  }
  const service = await BenchService.start();
  const before = service.residentMib();
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, service.residentMib())), 100);
  try {
    const start = performance.now();
    const told = await importLog(service, log);
    const seconds = (performance.now() - start) / 1000;
    const caughtUpMs = await service.caughtUp(`s.${EVENTS}`);
    console.log(`import of the real log: ${told}`);
    console.log(
      `${seconds.toFixed(1)} s, ${Math.round(EVENTS / seconds)} events/s with reading and mapping; all readable ${Math.round(caughtUpMs)} ms later`,
    );
    console.log(`resident memory of the service: ${before} MiB before, ${peak} MiB at most\n`);
  } finally {
    clearInterval(timer);
    await service.stop();
  }
}

/** A process of its own, as a user runs it. */
async function importLog(service: BenchService, log: string): Promise<string> {
  const keyFile = join(service.folder, 'bench.key');
  writeFileSync(keyFile, service.key, { mode: 0o600 });
  const args = ['dist/src/cli.js', '--quiet', '--url', service.url, '--key-file', keyFile];
  const command = ['import', 'xes', log, '--mapping', MAPPING, '--register-as', 'travel'];
  const { status, stdout, stderr } = await run([...args, ...command]);
  if (status !== 0) throw new Error(`the import ended with ${status}: ${stderr}`);
  return stdout.trim();
}

function run(
  args: readonly string[],
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.once('exit', (status) => resolve({ status, stdout, stderr }));
  });
}

void main();
