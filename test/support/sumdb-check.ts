import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { askVerifier, type VerifierAnswer, type VerifierCase } from './verifier-cases';

/** From the project's folder, where tests and benchmarks run; a bundled benchmark lies elsewhere itself. */
const SOURCE = resolve('test/independent/sumdb-check.go');
const NEEDED =
  "These tests check the log with the verifier of Go's checksum database. Install the Debian packages golang-go and " +
  'golang-golang-x-mod-dev';

/** `sumdb-check.go`, built once. */
export class SumdbCheck {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tieout-sumdb-'));
  readonly binary = join(this.folder, 'sumdb-check');

  /** @throws Error that names the packages when Go or the library is missing */
  constructor() {
    const env = { ...process.env, ...GO_ENVIRONMENT, GOCACHE: join(this.folder, 'cache') };
    const args = ['build', '-o', this.binary, SOURCE];
    const { error, status, stderr } = spawnSync('go', args, { env, encoding: 'utf8' });
    if (error !== undefined)
      throw new Error(`${NEEDED}. Go could not be started: ${error.message}.`);
    if (status !== 0) throw new Error(`${NEEDED}. Go said: ${stderr.trim()}`);
  }

  ask(cases: readonly VerifierCase[]): VerifierAnswer[] {
    return askVerifier([this.binary, 'cases'], cases);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Debian's packages of Go libraries are a GOPATH. */
export const GO_ENVIRONMENT = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };
