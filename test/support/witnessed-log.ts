import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cosignerOf } from '../../src/sealing/cosignature';
import { writeSecretFile } from '../../src/sealing/key-file';
import { privateKeyText, signerOf } from '../../src/sealing/signer';
import { temporaryFolder } from './temporary-folder';
import { TestApp } from './test-app';

const folderOf = temporaryFolder();
export const WITNESS = 'witness.example/w';
export const SEED = Buffer.alloc(32, 5);
export const { vkey: witnessVkey } = cosignerOf(signerOf(WITNESS, SEED));
export const signal = new AbortController().signal;

export interface Place {
  readonly folder: string;
  readonly data: string;
  readonly policy: string;
}

export const placeOf = (): Place => {
  const folder = folderOf();
  return { folder, data: join(folder, 'data'), policy: join(folder, 'policy') };
};

/** A ledger that was founded and stopped: its vkey, and the API key of an administrator. */
export async function founded({ data, folder }: Place): Promise<{ vkey: string; admin: string }> {
  const app = await TestApp.start({ TIEOUT_ANCHOR_DIR: join(folder, 'anchors') }, data);
  const vkey = app.runtime.keys.history().current[0]!.key.vkey;
  const admin = await app.issueKey('admin', ['log.manage', 'log.read']);
  await app.stop('keep');
  return { vkey, admin };
}

/** One more event. */
export const record = (app: TestApp, name: string) =>
  app.runtime.keyChange.request(
    { principal: 'ann', actor: { id: 'ann', kind: 'person' }, idempotencyKey: name, digest: '00' },
    { reason: 'yearly', overlapDays: 1 },
  );

export function startLog(place: Place, vkey: string, url: string): Promise<TestApp> {
  writeFileSync(place.policy, `log ${vkey}\nwitness w ${witnessVkey} ${url}\nquorum w\n`);
  const env = {
    TIEOUT_POLICY_FILE: place.policy,
    TIEOUT_ANCHOR_DIR: join(place.folder, 'anchors'),
  };
  return TestApp.start(env, place.data);
}

/** A second service, on a real socket, that cosigns the logs of those keys. */
export async function startWitness(
  ...logs: readonly string[]
): Promise<{ app: TestApp; url: string }> {
  const folder = folderOf();
  const [keyFile, followed] = [join(folder, 'witness.key'), join(folder, 'logs')];
  writeSecretFile(keyFile, privateKeyText(WITNESS, SEED));
  writeFileSync(followed, `${logs.map((vkey) => `log ${vkey}\n`).join('')}quorum none\n`);
  const app = await TestApp.start({
    TIEOUT_ORIGIN: 'tieout.example/witness-host',
    TIEOUT_WITNESS_KEY_FILE: keyFile,
    TIEOUT_WITNESS_LOGS_FILE: followed,
  });
  await app.app.listen(0, '127.0.0.1');
  return { app, url: `${await app.app.getUrl()}/v1/log/witness` };
}

/** Some other party that answers everything alike, or never. */
export async function answering(
  status: number,
  body: string | Buffer,
  when: 'at once' | 'never' = 'at once',
): Promise<{ server: Server; url: string; asked: Promise<void> }> {
  const server = createServer();
  const asked = new Promise<void>((resolve) => {
    server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
      resolve();
      if (when === 'never') return;
      response.writeHead(status, { 'Content-Type': 'text/plain' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export const cosigning = (app: TestApp) => app.runtime.anchoring.cosigning!;
