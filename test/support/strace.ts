import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** System calls that the write path makes on the way to the disk. */
export const WRITE_CALLS = [
  ...['fsync', 'fdatasync', 'pwrite64', 'write', 'rename', 'openat', 'close'],
  ...['ftruncate', 'unlink'],
] as const;
export type WriteCall = (typeof WRITE_CALLS)[number];

/** What happens instead of the call: an error that it returns, or a kill before it runs. */
export type Fault = 'EIO' | 'ENOSPC' | 'SIGKILL';

export interface Injection {
  readonly call: WriteCall;
  readonly fault: Fault;
  /** first call that fails, counted from 1 in each thread */
  readonly from: number;
  /** last one; Infinity for ever */
  readonly to: number;
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly signal: NodeJS.Signals | null;
  readonly exitCode: number | null;
}

const NEEDED =
  'The fault suite injects failures into system calls with strace (Debian package `strace`, 5.4 or newer), ' +
  'and the system must let a process trace its children (ptrace; in a container: --cap-add SYS_PTRACE)';

/** @throws Error that says what to install or permit; the suite is never skipped */
export function requireStrace(): void {
  const probe = ['-f', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO', 'true'];
  const { error, status, stderr } = spawnSync('strace', probe, { encoding: 'utf8' });
  if (error !== undefined) throw new Error(`${NEEDED}. It could not be started: ${error.message}.`);
  if (status !== 0) throw new Error(`${NEEDED}. It said: ${stderr.trim()}`);
}

/**
 * Runs a command under strace with one fault in the calls that touch one of `paths`.
 *
 * @param log gets a line for each such call
 */
export const runInjected = (
  command: readonly string[],
  { paths, injection, log }: { paths: readonly string[]; injection: Injection; log: string },
): Promise<Ended> =>
  strace([...speedOf([injection]), '-o', log, ...injecting(paths, [injection])], command);

/**
 * Put before a command: faults in the calls that touch one of `paths`, in the process that is started.
 *
 * @param log gets a line for each call that met a fault, and for others
 */
export const underFaults = (
  paths: readonly string[],
  injections: readonly Injection[],
  log: string,
): string[] => [
  ...['strace', '-D', '-f', ...speedOf(injections), '-o', log],
  ...injecting(paths, injections),
];

/** Stops only at the calls in question. A signal is lost that way, so a kill stops at every call. */
const speedOf = (injections: readonly Injection[]): string[] =>
  injections.some(({ fault }) => fault === 'SIGKILL') ? [] : ['--seccomp-bpf'];

/** How many calls met a fault, by the log of `underFaults`. */
export const injectedIn = (log: string): number =>
  readFileSync(log, 'utf8').split('(INJECTED').length - 1;

const injecting = (paths: readonly string[], injections: readonly Injection[]): string[] => [
  ...['-e', `trace=${injections.map(({ call }) => call).join(',')}`],
  ...injections.flatMap(({ call, fault, from, to }) => {
    const what = fault === 'SIGKILL' ? 'signal=KILL' : `error=${fault}`;
    const when = to === from ? `${from}` : to === Infinity ? `${from}+` : `${from}..${to}`;
    return ['-e', `inject=${call}:${what}:when=${when}`];
  }),
  ...paths.flatMap((path) => ['-P', path]),
];

/** The files of a data folder whose path contains `part`, with those that SQLite makes beside a database. */
export function filesForFaults(dataDir: string, part = ''): string[] {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.includes(part));
  const besides = files
    .filter((path) => path.endsWith('.db'))
    .flatMap((path) => ['-wal', '-journal', '-shm'].map((ending) => path + ending));
  return [...new Set([...files, ...besides, ...files.map((path) => `${path}.new`)])];
}

export interface Observed {
  /** every path below the folder that a traced call named, the folder too */
  readonly paths: readonly string[];
  /** how often each call touched one of them */
  readonly counts: ReadonlyMap<WriteCall, number>;
}

/** Runs a command once without a fault, to learn what it does to the files of a folder. */
export async function observe(command: readonly string[], folder: string): Promise<Observed> {
  const log = join(mkdtempSync(join(tmpdir(), 'tieout-strace-')), 'calls');
  const options = ['--seccomp-bpf', '-y', '-o', log, '-e', `trace=${WRITE_CALLS.join(',')}`];
  const { exitCode, stderr } = await strace(options, command);
  if (exitCode !== 0) throw new Error(`the command fails without any fault: ${stderr}`);
  const lines = readFileSync(log, 'utf8').split('\n');
  rmSync(join(log, '..'), { recursive: true });
  const paths = new Set<string>();
  const counts = new Map<WriteCall, number>();
  for (const line of lines) {
    const call = /^\d+ +(\w+)\(/u.exec(line)?.[1] as WriteCall | undefined;
    const named = [...line.matchAll(/[<"]([^<>"]+)[>"]/gu)].map(([, path]) => path ?? '');
    const own = named.filter((path) => path === folder || path.startsWith(`${folder}/`));
    if (call === undefined || own.length === 0) continue;
    counts.set(call, (counts.get(call) ?? 0) + 1);
    for (const path of own) paths.add(path.replace(/ \(deleted\)$/u, ''));
  }
  return { paths: [...paths], counts };
}

function strace(options: readonly string[], command: readonly string[]): Promise<Ended> {
  const child = spawn('strace', ['-f', ...options, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ stdout, stderr, exitCode, signal }));
  });
}
