import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type BlobStore, openBlobFolder } from '../../../src/blob-store';

/** SHA-256 of "abc": FIPS 180-4, appendix B.1. */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

let folder: string;
let blobs: BlobStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tieout-blobs-'));
  blobs = openBlobFolder(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const chunks = (...texts: readonly string[]) => Readable.from(texts.map((t) => Buffer.from(t)));

it('names a blob by the SHA-256 of its content', async () => {
  expect(await blobs.put(chunks('a', 'bc'))).toEqual({ sha256: ABC, bytes: 3 });
  expect(readFileSync(join(folder, 'ba', '78', ABC), 'utf8')).toBe('abc');
});

it('stores the same content once', async () => {
  await Promise.all([blobs.putBytes(Buffer.from('abc')), blobs.put(chunks('ab', 'c'))]);
  expect(readdirSync(join(folder, 'ba', '78'))).toEqual([ABC]);
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

it('gives the content back as a stream and whole', async () => {
  await blobs.putBytes(Buffer.from('abc'));
  expect(Buffer.concat(await blobs.open(ABC).toArray()).toString()).toBe('abc');
  expect(blobs.read(ABC)?.toString()).toBe('abc');
  expect(blobs.has(ABC)).toBe(true);
});

it('stores an empty file', async () => {
  const { sha256, bytes } = await blobs.put(chunks());
  expect(bytes).toBe(0);
  expect(blobs.read(sha256)?.length).toBe(0);
});

it('says that a blob is not known', async () => {
  expect(blobs.read(ABC)).toBeUndefined();
  expect(blobs.has(ABC)).toBe(false);
  await expect(blobs.open(ABC).toArray()).rejects.toMatchObject({ code: 'not-found' });
});

it('refuses a file over its limit and leaves nothing behind', async () => {
  await expect(blobs.put(chunks('ab', 'c'), 2)).rejects.toMatchObject({
    code: 'too-large',
    members: { limit: 2, actual: 3 },
  });
  expect(readdirSync(folder)).toEqual(['tmp']);
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

it('leaves nothing behind when the source breaks off', async () => {
  async function* broken() {
    yield Buffer.from('ab');
    throw new Error('connection reset');
  }
  await expect(blobs.put(broken())).rejects.toThrow('connection reset');
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

it('refuses a name that is no SHA-256, so that no path leads out of the folder', () => {
  expect(() => blobs.read('../../etc/passwd')).toThrow(TypeError);
});
