import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { evidencePack } from '../../../evidence/pack/evidence-pack.decider';
import { inlineBuilder } from '../../../evidence/pack/pack-builder';
import { type PackInput } from '../../../evidence/pack/pack-input';
import { PackJobs, type PackJobsOptions } from '../../../evidence/pack/pack-jobs';
import { type BlobStore, openBlobFolder } from '../../../src/blob-store';
import { Executor } from '../../../src/commanding';
import { openMemoryStore } from '../../../src/event-store';
import { TieoutError } from '../../../src/kernel/errors';
import { sampleTransaction } from '../../support/sample-transaction';

jest.setTimeout(60_000);

const STREAM = 'evidence_pack-E_DE.8d3f4b1e-0000-5000-8000-000000000001';

describe('the job of a pack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-jobs-'));
  let executor: Executor;
  let reported: unknown[];
  let input: PackInput;

  beforeAll(async () => {
    input = await sampleTransaction();
  });
  beforeEach(async () => {
    reported = [];
    executor = new Executor({
      origin: 'tieout.example/acme',
      store: openMemoryStore(),
      clock: { now: () => '2026-02-03T14:00:00.000Z' },
      retry: { attemptsMax: 2, sleep: async () => {} },
    });
    await command('ask', {
      kind: 'request',
      request: {
        kind: 'transaction',
        subject: input.request.subject,
        depth: 6,
        disclose: [],
        purpose: 'x',
        allowPartial: false,
        requestedBy: 'preparer',
      },
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const command = (key: string, what: Parameters<typeof evidencePack.decide>[0]) =>
    executor.execute({
      stream: STREAM,
      decider: evidencePack,
      command: what,
      context: {
        principal: 'p',
        actor: { id: 'p', kind: 'service' },
        idempotencyKey: key,
        digest: key,
      },
    });

  function jobs(changes: Partial<PackJobsOptions>): PackJobs {
    return new PackJobs({
      executor,
      blobs: openBlobFolder(folder),
      builder: inlineBuilder,
      gather: async () => input,
      indexOf: () => 84,
      pending: async () => [STREAM],
      report: (_, error) => reported.push(error),
      retryMs: 1,
      ...changes,
    });
  }

  async function ended(changes: Partial<PackJobsOptions>) {
    const running = jobs(changes);
    await running.resume();
    await running.idle();
    return (await executor.load(STREAM, evidencePack)).state;
  }

  it('keeps the pack by its hash and says what is in it', async () => {
    const { phase, built } = await ended({});
    expect(phase).toBe('built');
    expect(built).toMatchObject({
      status: 'complete',
      objects: 4,
      entries: 13,
      violations: 1,
      missing: 2,
      size: 86,
    });
    const blobs = openBlobFolder(folder);
    expect(blobs.read(built!.sha256)).toHaveLength(built!.bytes);
    expect(blobs.read(built!.coreSha256)?.toString()).toMatch(/ {2}data\/evidence-pack\.pdf\n/);
  });

  it('does not keep the service from ending while the views are still being built', async () => {
    const behind = new TieoutError('read-model-behind', 'The views are being built.');
    const waiting = jobs({ pending: () => Promise.reject(behind) });
    const resumed = waiting.resume();
    await waiting.close();
    await resumed;
    expect(reported).toEqual([]);
    expect((await executor.load(STREAM, evidencePack)).state.phase).toBe('requested');
  });

  it('takes up again what a stop interrupted after the file was stored, with the same bytes', async () => {
    const stored: string[] = [];
    const folderBlobs = openBlobFolder(folder);
    const stopping: BlobStore = {
      ...folderBlobs,
      put: async (content) => {
        const blob = await folderBlobs.put(content);
        stored.push(blob.sha256);
        return blob;
      },
      putBytes: async () => {
        throw new TieoutError('draining', 'The service is stopping.');
      },
    };
    expect((await ended({ blobs: stopping })).phase).toBe('requested');
    const { built } = await ended({});
    expect(stored).toEqual([built?.sha256]);
  });

  it('says why there is no pack: figures that disagree', async () => {
    const [total] = input.replay.totals;
    const replay = {
      ...input.replay,
      totals: [{ ...total!, entries: 99 }, ...input.replay.totals.slice(1)],
    };
    const { phase, failed } = await ended({ gather: async () => ({ ...input, replay }) });
    expect(phase).toBe('failed');
    expect(failed).toMatchObject({
      reason: 'totals-disagree',
      members: { at: 'invoice amount EUR, entries', projection: '3', replay: '99' },
    });
    expect(reported).toEqual([]);
  });

  it('says why there is no pack: an entry of a stream is not there', async () => {
    const entries = input.entries.filter(({ index }) => index !== 42);
    expect((await ended({ gather: async () => ({ ...input, entries }) })).failed).toMatchObject({
      reason: 'revision-gap',
      members: { stream: 'requisition-E_DE.PR-2041', revision: 1 },
    });
  });

  it('says why there is no pack: a full disk', async () => {
    const full: BlobStore = {
      ...openBlobFolder(folder),
      put: async () => {
        throw new TieoutError('storage-full', 'The disk is full; nothing was stored.');
      },
    };
    expect((await ended({ blobs: full })).failed).toMatchObject({ reason: 'storage-full' });
  });

  it('tells an unforeseen failure to the operator and not to the caller', async () => {
    const secret = new Error('password=hunter2');
    const { failed } = await ended({ gather: () => Promise.reject(secret) });
    expect(failed).toMatchObject({ reason: 'internal', members: {} });
    expect(failed?.detail).not.toContain('hunter2');
    expect(reported).toEqual([secret]);
  });

  it('waits for what passes by itself: a read model that is behind', async () => {
    let tries = 0;
    const gather = async (): Promise<PackInput> => {
      tries += 1;
      if (tries < 3) throw new TieoutError('read-model-behind', 'Not there yet.');
      return input;
    };
    expect((await ended({ gather })).phase).toBe('built');
    expect(tries).toBe(3);
  });

  it('records nothing when the pack was cancelled while it was built', async () => {
    const gather = async (): Promise<PackInput> => {
      await command('cancel', { kind: 'cancel', by: 'preparer' });
      return input;
    };
    const { phase, built } = await ended({ gather });
    expect({ phase, built }).toEqual({ phase: 'cancelled', built: undefined });
  });

  it('does not build a pack twice, nor one that has ended', async () => {
    let builds = 0;
    const running = jobs({
      gather: async () => {
        builds += 1;
        return input;
      },
    });
    for (let i = 0; i < 3; i += 1) running.enqueue(STREAM);
    await running.idle();
    running.enqueue(STREAM);
    await running.idle();
    expect(builds).toBe(1);
  });
});
