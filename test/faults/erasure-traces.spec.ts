import { createHash } from 'node:crypto';
import { leafHash } from '../../src/kernel/hash';
import { verifyInclusion } from '../../src/sealing/merkle-verify';
import { IBAN, PrivacyDesk, REASON } from '../support/privacy-desk';

interface Proof {
  readonly index: number;
  readonly size: number;
  readonly root: string;
  readonly hashes: readonly string[];
}

/** Attack 22: guesses at what was erased, and traces of it. */
describe('after an erasure', () => {
  const ACCOUNT = 'maria.weber-hartmann';
  let desk: PrivacyDesk;
  let secrets: readonly Buffer[];
  let proofs: readonly { readonly id: string; readonly proof: string }[];
  let commitments: readonly string[];

  beforeAll(async () => {
    desk = await PrivacyDesk.start();
    const events = [];
    for (const invoice of ['INV-1', 'INV-2', 'INV-3'])
      events.push(await desk.record(invoice, ACCOUNT));
    await desk.record('INV-4', 'somebody-else');
    const { personalValues } = desk.app.runtime.privacy;
    secrets = [
      ACCOUNT,
      ...events.flatMap(({ id }) => personalValues.open(id).flatMap(({ salt }) => [salt])),
    ].flatMap((text) => [Buffer.from(text), Buffer.from(text, 'hex')].filter((b) => b.length > 8));
    proofs = await Promise.all(events.map(async ({ id }) => ({ id, proof: await proofOf(id) })));
    const entries = await Promise.all(events.map(({ id }) => entryOf(id)));
    commitments = entries.flatMap((entry) => Object.values(entry.commitments));
    const [first] = events;
    await desk.approve(await desk.ask({ subject: first!.actor }));
    for (const { id } of events) await desk.approve(await desk.ask({ subject: id }));
    await desk.app.settle();
  });
  afterAll(() => desk.stop());

  const proofOf = async (id: string): Promise<string> => {
    await desk.app.settle();
    return (await desk.as('asker').get(`/v1/events/${id}/proof`).buffer(true)).text;
  };
  const entryOf = async (
    id: string,
  ): Promise<{ commitments: Record<string, string>; bytes: string }> => {
    await desk.app.settle();
    const reply = await desk
      .as('asker')
      .get(`/v1/events/${id}`)
      .set('Prefer', 'return=representation');
    const bytes = (reply.body as { entry: string }).entry;
    return { ...JSON.parse(bytes), bytes };
  };

  it('no file of the data folder has a value, a salt or the account', () => {
    const files = desk.files();
    expect(files.length).toBeGreaterThan(5);
    // The account, and six salts as bytes and as text.
    expect(secrets.length).toBe(13);
    const found = files.flatMap(({ path, bytes }) =>
      [...secrets, Buffer.from(IBAN), Buffer.from(REASON)]
        .filter((secret) => bytes.includes(secret))
        .map(() => path),
    );
    expect(found).toEqual([]);
  });

  it('the side store has no row, no key and no free page of the subject', () => {
    const { sideStore, personalValues } = desk.app.runtime.privacy;
    expect(sideStore.hasTraces()).toBe(false);
    for (const { id } of proofs) {
      expect(personalValues.open(id)).toEqual([]);
      expect(sideStore.knows(id)).toBe(false);
    }
    const wal = desk.files().find(({ path }) => path.endsWith('privacy.db-wal'));
    expect(wal?.bytes.length ?? 0).toBe(0);
    // Event ids of erased rows stood in the rows' keys.
    const db = desk.files().find(({ path }) => path.endsWith('privacy.db'));
    for (const { id } of proofs) expect(db?.bytes.includes(id)).toBe(false);
  });

  it('a dictionary finds no value behind a commitment, and equal values have different ones', () => {
    expect(commitments).toHaveLength(6);
    expect(new Set(commitments).size).toBe(6);
    const guesses = [IBAN, REASON, ACCOUNT].flatMap((value) => [value, JSON.stringify(value)]);
    const paths = ['/data/personal/payeeIban', '/data/reason'];
    const hashed = guesses.flatMap((value) => [
      createHash('sha256').update(value).digest('hex'),
      ...paths.map((path) => {
        const length = Buffer.from([0, path.length]);
        const hash = createHash('sha256').update('tieout/commit/v1\0').update(length).update(path);
        return hash.update(Buffer.alloc(32)).update(value).digest('hex');
      }),
    ]);
    expect(hashed.filter((hash) => commitments.includes(hash))).toEqual([]);
  });

  it('old proofs and new ones lead from the same entry to signed roots', async () => {
    for (const { id, proof } of proofs) {
      const leaf = leafHash(Buffer.from((await entryOf(id)).bytes));
      for (const text of [proof, await proofOf(id)]) {
        const { index, size, root, hashes } = JSON.parse(text) as Proof;
        const path = hashes.map((hash) => Buffer.from(hash, 'hex'));
        const at = { index, size, leaf, root: Buffer.from(root, 'hex'), hashes: path };
        expect(verifyInclusion(at)).toBe(true);
      }
    }
  });

  it('a start with all of it done changes nothing', async () => {
    const before = await recordedTypes();
    await desk.restart();
    expect(await recordedTypes()).toEqual(before);
    for (const { id } of proofs) expect(await desk.personal(id)).toMatchObject({ status: 410 });
  });

  const recordedTypes = async (): Promise<string[]> => {
    const types: string[] = [];
    for await (const { type } of desk.app.runtime.store.readAll()) types.push(type);
    return types;
  };
});
