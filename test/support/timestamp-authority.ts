import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONFIGURATION = `
[req]
distinguished_name = name
prompt = no
[name]
CN = Timestamps of the tests
[authority]
basicConstraints = critical,CA:TRUE
[stamps]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = one
[one]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
crypto_device = builtin
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`;

/** A timestamping authority (RFC 3161) that is `openssl ts`, with a certificate of its own chain. */
export class TimestampAuthority {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tieout-tsa-'));
  /** certificate that the chain ends in */
  readonly root = join(this.folder, 'root.pem');

  /** @throws Error when openssl is missing */
  constructor() {
    writeFileSync(this.file('cnf'), CONFIGURATION);
    writeFileSync(this.file('serial'), '01\n');
    const [authority, own] = [this.file('authority.key'), this.file('own.key')];
    const [ec, cnf] = [
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      this.file('cnf'),
    ];
    const request = ['req', '-config', cnf, ...ec];
    this.run(
      ...request,
      '-x509',
      '-extensions',
      'authority',
      '-keyout',
      authority,
      '-out',
      this.root,
      '-days',
      '30',
    );
    this.run(...request, '-subj', '/CN=Clock', '-keyout', own, '-out', this.file('own.csr'));
    const signed = [
      'x509',
      '-req',
      '-in',
      this.file('own.csr'),
      '-CA',
      this.root,
      '-CAkey',
      authority,
    ];
    const extensions = ['-CAcreateserial', '-days', '30', '-extfile', cnf, '-extensions', 'stamps'];
    this.run(...signed, ...extensions, '-out', this.file('own.pem'));
  }

  /** @returns the reply over the content of a file */
  stamp(path: string): Buffer {
    const [query, reply] = [this.file('query'), this.file('reply')];
    this.run('ts', '-query', '-data', path, '-sha256', '-cert', '-out', query);
    const keys = ['-signer', this.file('own.pem'), '-inkey', this.file('own.key')];
    this.run(
      'ts',
      '-reply',
      '-config',
      this.file('cnf'),
      '-queryfile',
      query,
      ...keys,
      '-out',
      reply,
    );
    return readFileSync(reply);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private file(name: string): string {
    return join(this.folder, name);
  }

  private run(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' });
  }
}
