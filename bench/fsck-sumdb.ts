import { spawn } from 'node:child_process';
import { SumdbCheck } from '../test/support/sumdb-check';
import { testSigner } from '../test/support/sealed-ledger';

/** The recomputation of a log by Go's checksum database (golang.org/x/mod/sumdb), which reads no entry: a peer. */
export class SumdbLog {
  private constructor(
    private readonly go: SumdbCheck,
    private readonly folder: string,
  ) {}

  /** @returns undefined where Go or its library is not installed */
  static open(folder: string): SumdbLog | undefined {
    try {
      return new SumdbLog(new SumdbCheck(), folder);
    } catch {
      return undefined;
    }
  }

  /** @throws Error when the log is not sound */
  check(): Promise<void> {
    const child = spawn(this.go.binary, ['log', this.folder, testSigner().vkey], {
      stdio: 'ignore',
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`x/mod ended with ${code}`)),
      );
    });
  }

  remove(): void {
    this.go.remove();
  }
}
