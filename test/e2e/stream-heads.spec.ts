import { createHash } from 'node:crypto';
import { Recorder } from '../support/inline-read-model';
import { type Agent, TestApp } from '../support/test-app';
import { transition } from '../support/transitions';

const INVOICE = 'invoice-E_DE.INV-1';
const PROOF = '/v1/objects/invoice/E_DE/INV-1/completeness-proof';
const ABSENT = '/v1/objects/invoice/E_DE/INV-404/completeness-proof';

const invoice = (stream: string, day: number) =>
  transition(stream, day === 1 ? 'received' : 'approved', {
    at: `2026-01-0${day}`,
    system: 'ap',
    amount: { amount: '10.00', currency: 'EUR' },
  });

interface Completeness {
  readonly stream: string;
  readonly size: number;
  readonly revisions: readonly { revision: number; index: number; leaf: string }[];
  readonly heads: {
    readonly stream: string;
    readonly entry: string;
    readonly proof: string;
    readonly bucket: number;
    readonly data: string;
    readonly hashes: readonly string[];
  };
}

/** The record of a stream, checked from the bucket up to the root that the heads event commits to. */
function headIn({ heads }: Completeness): { revision: number; leaf: string } | undefined {
  const { data: said } = JSON.parse(Buffer.from(heads.entry, 'base64').toString('utf8')) as {
    data: { root: string; bits: number };
  };
  const bucket = Buffer.from(heads.data, 'base64');
  let at = heads.bucket;
  let node = sha256(Buffer.from([0]), bucket);
  for (const sibling of heads.hashes.map((hash) => Buffer.from(hash, 'base64'))) {
    node = sha256(Buffer.from([1]), ...(at % 2 === 0 ? [node, sibling] : [sibling, node]));
    at >>= 1;
  }
  expect(heads.hashes).toHaveLength(said.bits);
  expect(node.toString('hex')).toBe(said.root);
  const records = bucket.subarray('tieout/heads/v1\n'.length).toString('hex');
  const key = sha256(Buffer.from(heads.stream)).toString('hex');
  const record = records.match(/.{144}/g)?.find((each) => each.startsWith(key));
  return record === undefined
    ? undefined
    : { revision: parseInt(record.slice(64, 80), 16), leaf: record.slice(80) };
}

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

/** Types of the newest events of the log, newest first. */
async function newest(app: TestApp, count: number): Promise<string[]> {
  const { log } = app.runtime;
  return Array.from({ length: count }, (_, i) => {
    const entry = Buffer.from(log.entryBytes(log.size() - 1 - i)).toString('utf8');
    return (JSON.parse(entry) as { type: string }).type;
  });
}

describe('completeness of a stream', () => {
  let app: TestApp;
  let reader: Agent;
  let recorder: Recorder;
  beforeAll(async () => {
    app = await TestApp.start();
    reader = await app.as('auditor', ['ledger.read']);
    recorder = new Recorder(app.runtime.store);
    for (let n = 2; n < 40; n += 1) await recorder.record(invoice(`invoice-E_DE.INV-${n}`, 1));
    await recorder.record(invoice(INVOICE, 1), invoice(INVOICE, 2));
  });
  afterAll(() => app.stop());

  const asked = async (path: string): Promise<Completeness> => {
    app.clock.advance(1_000);
    return (await reader.get(path).expect(200)).body as Completeness;
  };

  it('is proved by the leaves of all revisions and the head under a signed commitment', async () => {
    const reply = await asked(PROOF);
    expect(reply.stream).toBe(INVOICE);
    expect(reply.revisions.map(({ revision }) => revision)).toEqual([0, 1]);
    const [, last] = reply.revisions;
    expect(headIn(reply)).toEqual({ revision: 1, leaf: last!.leaf });
    expect(reply.size).toBeGreaterThan(last!.index);
    expect(reply.heads.proof).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex \d+\n/);
  });

  it('is proved again with a later size after another event', async () => {
    const before = await asked(PROOF);
    await recorder.record(invoice(INVOICE, 3));
    const after = await asked(PROOF);
    expect(after.size).toBeGreaterThan(before.size);
    expect(headIn(after)).toEqual({ revision: 2, leaf: after.revisions[2]!.leaf });
  });

  it('is proved as absence for an object that nobody has sent', async () => {
    const reply = await asked(ABSENT);
    expect(reply.revisions).toEqual([]);
    expect(headIn(reply)).toBeUndefined();
  });

  it('makes no commitment when the last one covers it, nor more than one a second', async () => {
    await asked(PROOF);
    const size = app.runtime.log.size();
    await asked(PROOF);
    await asked(ABSENT);
    expect(app.runtime.log.size()).toBe(size);
    await recorder.record(invoice(INVOICE, 4));
    await asked(PROOF);
    await recorder.record(invoice(INVOICE, 5));
    const refused = await reader.get(PROOF);
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'not-sealed' }]);
    expect(refused.headers['retry-after']).toBeDefined();
    expect((await asked(PROOF)).revisions).toHaveLength(5);
  });

  it('covers a size that is asked for, and none that is not there', async () => {
    const size = app.runtime.log.size();
    expect((await asked(`${PROOF}?size=${size - 1}`)).size).toBeGreaterThanOrEqual(size - 1);
    expect((await reader.get(`${PROOF}?size=${size + 100}`)).status).toBe(404);
    expect((await reader.get(`${PROOF}?size=x`)).status).toBe(400);
  });

  it('needs the scope to read the ledger', async () => {
    const other = await app.as('integration', ['events.append']);
    expect((await other.get(PROOF)).body).toMatchObject({ code: 'scope-missing' });
  });
});

describe('commitments to the heads of all streams', () => {
  it('come after so many events, and at the end', async () => {
    const app = await TestApp.start({ TIEOUT_HEADS_EVENTS: '8' });
    const recorder = new Recorder(app.runtime.store);
    for (let n = 0; n < 20; n += 1) await recorder.record(invoice(`invoice-E_DE.INV-${n}`, 1));
    const committed = await app.runtime.heads.commit();
    expect(committed.revision).toBeGreaterThanOrEqual(2);
    await recorder.record(invoice(INVOICE, 1));
    const before = app.runtime.log.size();
    await app.stop('keep');

    const again = await TestApp.start({}, app.dataDir);
    expect(again.runtime.log.size()).toBe(before + 1);
    expect(await newest(again, 2)).toEqual(['ledger.heads-committed', 'invoice.received']);
    expect(again.runtime.heads.committed).toMatchObject({ size: before, index: before });
    await again.stop();
  });

  it('are not made while nothing but themselves happens', async () => {
    const app = await TestApp.start({ TIEOUT_HEADS_MS: '600000' });
    const first = await app.runtime.heads.commit();
    expect(await app.runtime.heads.commit()).toEqual(first);
    const size = app.runtime.log.size();
    await app.stop('keep');
    const again = await TestApp.start({ TIEOUT_HEADS_MS: '600000' }, app.dataDir);
    expect(await again.runtime.heads.commit()).toMatchObject({ index: first.index });
    expect(again.runtime.log.size()).toBe(size);
    await again.stop();
  });

  it('can be proved by again when newer ones were made', async () => {
    const app = await TestApp.start();
    const recorder = new Recorder(app.runtime.store);
    await recorder.record(invoice(INVOICE, 1));
    const { heads, log } = app.runtime;
    const old = await heads.commit();
    const against = log.size();
    const before = await heads.proofsUnder(old, [INVOICE], against);
    await recorder.record(invoice(INVOICE, 2));
    await heads.commit();
    expect(await heads.proofsUnder(old, [INVOICE], against)).toEqual(before);
    expect(await heads.covering(old.size)).toEqual(old);
    await app.stop();
  });

  it('are the same map after a restart, told from the rows of the store', async () => {
    const app = await TestApp.start();
    const recorder = new Recorder(app.runtime.store);
    for (let n = 0; n < 30; n += 1) await recorder.record(invoice(`invoice-E_DE.INV-${n}`, 1));
    await app.runtime.heads.commit();
    const [before] = await app.runtime.heads.proofs(['invoice-E_DE.INV-7'], { covering: 0 });
    await app.stop('keep');
    const again = await TestApp.start({}, app.dataDir);
    const [after] = await again.runtime.heads.proofs(['invoice-E_DE.INV-7'], { covering: 0 });
    expect(after).toEqual(before);
    await again.stop();
  });
});
