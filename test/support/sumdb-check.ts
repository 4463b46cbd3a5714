import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SOURCE = resolve(__dirname, '../independent/sumdb-check.go');
const NEEDED =
  "These tests check the log with the verifier of Go's checksum database. Install the Debian packages golang-go and " +
  'golang-golang-x-mod-dev';

/** What `sumdb-check` is asked: a command, and which bit of which file is turned before it is read. */
export interface SumdbCase {
  readonly args: readonly string[];
  readonly file?: string;
  readonly bit?: number;
}

export interface SumdbAnswer {
  readonly accepted: boolean;
  readonly said: string;
}

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

  /** One process for all cases. */
  ask(cases: readonly SumdbCase[]): SumdbAnswer[] {
    const input = cases.map((each) => JSON.stringify(each)).join('\n');
    const { status, stdout, stderr } = spawnSync(this.binary, ['cases'], {
      input,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`sumdb-check ended with ${status}: ${stderr}`);
    const answers = stdout.trimEnd().split('\n');
    if (answers.length !== cases.length) throw new Error('sumdb-check left out an answer');
    return answers.map((line) => JSON.parse(line) as SumdbAnswer);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Debian's packages of Go libraries are a GOPATH. */
export const GO_ENVIRONMENT = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };
