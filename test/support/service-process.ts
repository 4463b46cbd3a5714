import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const CLI = join(__dirname, '../../dist/src/cli.js');

/** The built service as a process of its own, with its threads, on a free port. `npm test` builds it first. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly dataDir: string,
  ) {}

  /**
   * Resolves once it says where it listens.
   *
   * @param under a command that runs another one in its own process, as `strace -D` does
   * @param more variables of its configuration
   */
  static async start(
    dataDir = mkdtempSync(join(tmpdir(), 'tieout-service-')),
    under: readonly string[] = [],
    more: Readonly<Record<string, string>> = {},
  ): Promise<ServiceProcess> {
    const env = {
      ...process.env,
      ...more,
      TIEOUT_DATA_DIR: dataDir,
      TIEOUT_PORT: '0',
      TIEOUT_ORIGIN: 'tieout.example/acme',
    };
    const [command = '', ...args] = [...under, process.execPath, CLI, 'serve'];
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      said.push(line);
      const url = / at (http:\/\/\S+)$/.exec(line)?.[1];
      if (url === undefined) continue;
      // Nobody reads on: a full pipe must not stop the service.
      child.stderr.resume();
      return new ServiceProcess(child, url, dataDir);
    }
    throw new Error(`the service ended: ${said.join('\n')}`);
  }

  bootstrapKey(): string {
    return readFileSync(join(this.dataDir, 'bootstrap.key'), 'utf8').trim();
  }

  /** No chance to finish anything. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  private end(signal: NodeJS.Signals): Promise<void> {
    return new Promise((resolve) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return resolve();
      this.child.once('exit', () => resolve());
      this.child.kill(signal);
    });
  }
}
