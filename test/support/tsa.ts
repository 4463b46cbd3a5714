import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';

const openssl = (...args: readonly string[]): void =>
  void execFileSync('openssl', args, { stdio: 'pipe' });

/** Keys of a timestamping authority, made by openssl: a root, and a signer with those usages. */
export class Authority {
  private constructor(
    private readonly folder: string,
    /** PEM */
    readonly caFile: string,
  ) {}

  static make(folder: string, usage = 'critical,timeStamping', kind = 'ec'): Authority {
    mkdirSync(folder, { recursive: true });
    const at = (name: string): string => join(folder, name);
    const key = kind === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['rsa:2048'];
    const fresh = ['-newkey', ...key, '-nodes'];
    openssl(
      'req',
      '-x509',
      ...fresh,
      '-subj',
      '/CN=Test root',
      '-days',
      '3650',
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.pem'),
    );
    openssl(
      'req',
      ...fresh,
      '-subj',
      '/CN=Test authority',
      '-keyout',
      at('tsa.key'),
      '-out',
      at('tsa.csr'),
    );
    writeFileSync(at('ext'), `extendedKeyUsage=${usage}\n`);
    openssl(
      'x509',
      '-req',
      '-in',
      at('tsa.csr'),
      '-CA',
      at('ca.pem'),
      '-CAkey',
      at('ca.key'),
      '-CAcreateserial',
      '-days',
      '3000',
      '-extfile',
      at('ext'),
      '-out',
      at('tsa.pem'),
    );
    writeFileSync(at('serial'), '01\n');
    writeFileSync(
      at('tsa.cnf'),
      [
        '[tsa]',
        `serial=${at('serial')}`,
        'digests=sha256',
        'default_policy=1.2.3.4',
        'signer_digest=sha256',
        'ess_cert_id_alg=sha256',
        '',
      ].join('\n'),
    );
    return new Authority(folder, at('ca.pem'));
  }

  /** @returns the TimeStampResp to a request */
  answer(request: Buffer): Buffer {
    const at = (name: string): string => join(this.folder, name);
    writeFileSync(at('query.tsq'), request);
    openssl(
      'ts',
      '-reply',
      '-config',
      at('tsa.cnf'),
      '-section',
      'tsa',
      '-queryfile',
      at('query.tsq'),
      '-inkey',
      at('tsa.key'),
      '-signer',
      at('tsa.pem'),
      '-out',
      at('reply.tsr'),
    );
    return readFileSync(at('reply.tsr'));
  }

  /** `openssl ts -verify` on files. @throws when it does not accept */
  verify(dataFile: string, tokenFile: string): void {
    openssl('ts', '-verify', '-data', dataFile, '-in', tokenFile, '-CAfile', this.caFile);
  }
}

/** An authority behind a real socket; `change` may spoil what it answers. */
export async function serving(
  authority: Authority,
  change: (reply: Buffer, request: Buffer) => Buffer = (reply) => reply,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const query = Buffer.concat(chunks);
      response.writeHead(200, { 'Content-Type': 'application/timestamp-reply' });
      response.end(change(authority.answer(query), query));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

export function closed(server: Server): void {
  server.closeAllConnections();
  server.close();
}
