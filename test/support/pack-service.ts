import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { evidencePack } from '../../evidence/pack/evidence-pack.decider';
import { PackJobs } from '../../evidence/pack/pack-jobs';
import { type EvidenceDocument } from '../../evidence/pack/report-types';
import { policyText } from '../../src/sealing';
import { builtVerifier } from './built-verifier';
import { purchaseEvents, REASON } from './sample-purchase';
import { Scribe } from './scribe';
import { readStoredZip } from './stored-zip';
import { type Agent, TestApp } from './test-app';

export interface VerifierReport {
  readonly result: string;
  readonly findings: readonly { readonly code: string }[];
}

/** The whole service with one purchase in its ledger, callers who may ask for packs, and the verifier beside it. */
export class PackService {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tieout-pack-'));
  private readonly verifier = builtVerifier();
  private constructor(
    public app: TestApp,
    readonly scribe: Scribe,
    private readonly keys: Readonly<Record<'preparer' | 'auditor' | 'outsider', string>>,
  ) {}

  static async start(): Promise<PackService> {
    const app = await TestApp.start();
    const { personalValues } = app.runtime.privacy;
    const scribe = new Scribe(app.runtime.store);
    for (const event of purchaseEvents()) {
      const values = [{ pointer: '/data/reason', value: REASON }];
      const isPersonal = event.commitments !== undefined;
      const commitments = isPersonal ? personalValues.commit(Scribe.idOf(event), values) : {};
      await scribe.write(isPersonal ? { ...event, commitments } : event);
    }
    const keys = {
      preparer: await app.issueKey('preparer', [
        'evidence.create',
        'evidence.read',
        'personal.read',
      ]),
      auditor: await app.issueKey('auditor', ['evidence.read', 'ledger.read']),
      outsider: await app.issueKey('outsider', ['evidence.create']),
    };
    await app.settle();
    return new PackService(app, scribe, keys);
  }

  as(who: 'preparer' | 'auditor' | 'outsider'): Agent {
    return this.app.withKey(this.keys[who]);
  }

  get jobs(): PackJobs {
    return this.app.app.get(PackJobs, { strict: false });
  }

  /** Stops and starts on the same folder. */
  async restart(): Promise<void> {
    const { dataDir } = this.app;
    await this.app.stop('keep');
    this.app = await TestApp.start({}, dataDir);
  }

  async stop(): Promise<void> {
    await this.app.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The pack once its job has ended: by the job's own word, not by a pause. */
  async finished(id: string): Promise<Record<string, unknown>> {
    await this.jobs.idle();
    await this.app.settle();
    const reply = await this.as('auditor').get(`/v1/evidence/packs/${id}`).expect(200);
    return reply.body as Record<string, unknown>;
  }

  async download(
    id: string,
    range?: string,
  ): Promise<{ headers: Record<string, string>; body: Buffer; status: number }> {
    const request = this.as('auditor').get(`/v1/evidence/packs/${id}/download`);
    if (range !== undefined) void request.set('Range', range);
    const { headers, body, status } = await request.buffer(true).parse(intoBuffer);
    return { headers: headers as Record<string, string>, body: body as Buffer, status };
  }

  /** Data of the recorded downloads of a pack, in order. */
  async downloads(stream: string): Promise<object[]> {
    const { events } = await this.app.runtime.executor.load(stream, evidencePack);
    return events
      .map(({ entry }) => entry)
      .filter(({ type }) => type === 'evidence-pack.downloaded')
      .map(({ data }) => data);
  }

  /** Runs the verifier as a program of its own; without a policy when told so. */
  verify(
    zip: Buffer,
    trust: 'policy' | 'nothing' = 'policy',
  ): { status: number | null; report: VerifierReport } {
    const [pack, policy] = [join(this.folder, 'pack.zip'), join(this.folder, 'policy')];
    writeFileSync(pack, zip);
    writeFileSync(policy, policyText(this.app.runtime.keys.history().current[0]!.key.vkey));
    const args = trust === 'policy' ? ['--policy', policy] : [];
    const { status, stdout } = spawnSync(
      process.execPath,
      [this.verifier, '--json', ...args, pack],
      {
        encoding: 'utf8',
      },
    );
    return { status, report: JSON.parse(stdout) as VerifierReport };
  }
}

/** `evidence.json` of a downloaded pack. */
export function evidenceIn(zip: Buffer): EvidenceDocument {
  return JSON.parse(fileIn(zip, 'data/evidence.json').toString()) as EvidenceDocument;
}

/** One file of a downloaded pack, by its path below the top folder. */
export function fileIn(zip: Buffer, path: string): Buffer {
  const files = readStoredZip(zip);
  const name = [...files.keys()].find(
    (candidate) => candidate.slice(candidate.indexOf('/') + 1) === path,
  );
  if (name === undefined) throw new Error(`no ${path} in the pack`);
  return files.get(name)!;
}

function intoBuffer(response: unknown, done: (error: Error | null, body: Buffer) => void): void {
  const stream = response as NodeJS.ReadableStream;
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => done(null, Buffer.concat(chunks)));
}
