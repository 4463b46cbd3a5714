import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../../src/event-store/sqlite';
import { type Entry } from '../../../src/kernel/entry';
import {
  checkLogFolder,
  cosignerOf,
  createSealer,
  exitCodeOf,
  policyText,
  readPolicy,
  signerOf,
} from '../../../src/sealing';
import { checkpointBody, readCheckpoint } from '../../../src/sealing/checkpoint';
import { meetsQuorum } from '../../../src/sealing/cosignature';
import { noteLine, readNote } from '../../../src/sealing/note';
import { readVkey } from '../../../src/sealing/vkey';
import { entriesIn, writeForgedLog } from '../../support/forged-log';
import { appendKeyEvent, keyAdded } from '../../support/key-events';
import {
  check,
  foundTestLedger,
  makeLedger,
  tamper,
  TEST_ORIGIN,
  testSigner,
  TestWriter,
} from '../../support/sealed-ledger';
import { temporaryFolder } from '../../support/temporary-folder';

const [first, second] = [testSigner(1), testSigner(2)];
const policy = readPolicy(policyText(first.vkey));
const folderOf = temporaryFolder();
let entries: readonly Entry[];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-notes-'));
  await makeLedger(folder, 9);
  entries = entriesIn(folder);
  rmSync(folder, { recursive: true });
});

/** What fsck says of a log whose checkpoint was changed. */
async function withNote(change: (note: string) => string | Buffer, trusted = policy) {
  const folder = folderOf();
  writeForgedLog(folder, entries);
  const path = join(folder, 'checkpoint');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  return checkLogFolder(folder, { policy: trusted });
}

const bodyOf = (note: string): Buffer => Buffer.from(readNote(note).text);
const linesOf = (note: string): string => note.slice(note.lastIndexOf('\n\n') + 2);

describe('attack 10: signature lines', () => {
  /** The log's own seed, as a witness: another key id over the same public key. */
  const witness = cosignerOf(signerOf(TEST_ORIGIN, Buffer.alloc(32, 1)));
  const witnessId = Buffer.from(readVkey(witness.vkey).keyId, 'hex');
  const cosigned = (note: string) => readNote(note + witness.cosign(bodyOf(note).toString(), 9));

  it.each<[string, (note: string) => string]>([
    [
      'our key id under another name',
      (note) => noteLine('tieout.example/evil', first.keyId, second.sign(bodyOf(note))),
    ],
    [
      'another key id under our name',
      (note) => noteLine(TEST_ORIGIN, second.keyId, second.sign(bodyOf(note))),
    ],
  ])('%s is passed over beside a good line, and worth nothing alone', async (_, line) => {
    expect(exitCodeOf(await withNote((note) => note + line(note)))).toBe(0);
    const alone = await withNote((note) => `${bodyOf(note).toString()}\n${line(note)}`);
    expect(alone.first).toMatchObject({ code: 'checkpoint-signature', index: 9 });
    expect(exitCodeOf(alone)).toBe(1);
  });

  it('a cosignature relabelled as a signature of the log refuses the whole note', async () => {
    const relabelled = (note: string, bytes: number) => {
      const { signature } = cosigned(note).lines.at(-1)!;
      return noteLine(TEST_ORIGIN, first.keyId, signature.subarray(bytes));
    };
    for (const bytes of [0, 8]) {
      const report = await withNote((note) => note + relabelled(note, bytes));
      expect(report.first).toMatchObject({ code: 'checkpoint-signature', index: 9 });
    }
  });

  it('a signature of the log relabelled as a cosignature meets no quorum', () => {
    const asked = readPolicy(`log ${second.vkey}\nwitness w ${witness.vkey}\nquorum w\n`);
    const text = checkpointBody({ origin: TEST_ORIGIN, size: 4, root: Buffer.alloc(32, 7) });
    const signature = first.sign(Buffer.from(text));
    const time = Buffer.alloc(8);
    for (const each of [signature, Buffer.concat([time, signature])]) {
      const note = readNote(`${text}\n${noteLine(TEST_ORIGIN, witnessId, each)}`);
      expect(meetsQuorum(note, asked)).toBe(false);
    }
    const real = readNote(`${text}\n${witness.cosign(text, 9)}`);
    expect(meetsQuorum(real, asked)).toBe(true);
  });

  it.each(['before', 'behind'])(
    'a bad line of a known key %s a good one refuses the note',
    async (where) => {
      const bad = noteLine(TEST_ORIGIN, first.keyId, Buffer.alloc(64, 3));
      const report = await withNote((note) => {
        const [text, good] = [bodyOf(note).toString(), linesOf(note)];
        return `${text}\n${where === 'before' ? bad + good : good + bad}`;
      });
      expect(report.first).toMatchObject({ code: 'checkpoint-signature', index: 9 });
    },
  );

  it('one key as log and as witness is refused by the policy', () => {
    const shared = `log ${first.vkey}\nwitness w ${witness.vkey}\nquorum w\n`;
    expect(() => readPolicy(shared)).toThrow(/public key that stands above/u);
  });
});

describe('attack 11: a key that may not sign', () => {
  const RETIRED_AT = 8;

  /** Sizes 1 to 4 by the first key, 5 to 8 by both, 9 to 11 by the second alone. */
  async function rotated(): Promise<string> {
    const folder = folderOf();
    const signerOfKey = (vkey: string) => (vkey === first.vkey ? first : second);
    const participant = () => createSealer({ signer: first, signerOf: signerOfKey });
    const store = await openSqliteStore({ folder, ledger: 'main', mode: 'inline', participant });
    await foundTestLedger(store, first);
    const writer = new TestWriter(store);
    for (const invoice of ['A', 'B', 'C']) await writer.append(invoice);
    await appendKeyEvent(store, 'ledger.key-added', keyAdded(first, second));
    for (const invoice of ['A', 'B', 'C']) await writer.append(invoice);
    await appendKeyEvent(store, 'ledger.key-retired', { vkey: first.vkey, reason: 'rotation' });
    for (const invoice of ['A', 'B', 'C']) await writer.append(invoice);
    await store.close();
    return folder;
  }
  const both = readPolicy(policyText(first.vkey, second.vkey));

  it('a rotation that the log announced verifies', async () => {
    expect(exitCodeOf(await check(await rotated(), { policy: both }))).toBe(0);
  });

  it('a retired key above its last size is named with the size, in a store and in an exported log', async () => {
    const folder = await rotated();
    tamper(folder, (db) => {
      const rows = db
        .prepare<[], { size: number; root: Buffer }>('SELECT size, root FROM checkpoint')
        .all();
      const update = db.prepare('UPDATE checkpoint SET key_id = ?, signature = ? WHERE size = ?');
      for (const { size, root } of rows.filter((row) => row.size > RETIRED_AT + 1)) {
        const body = checkpointBody({ origin: TEST_ORIGIN, size, root });
        update.run(first.keyId, first.sign(Buffer.from(body)), size);
      }
    });
    const report = await check(folder, { policy: both });
    expect(report.first).toMatchObject({
      code: 'checkpoint-key-window',
      index: RETIRED_AT + 1,
      detail: expect.stringContaining(`signs size ${RETIRED_AT + 2}; its last is ${RETIRED_AT}`),
    });
    const log = folderOf();
    writeForgedLog(log, entriesIn(folder), first);
    expect((await checkLogFolder(log, { policy: both })).first).toMatchObject({
      code: 'checkpoint-key-window',
      index: 11,
    });
    // By the first key alone, as a verifier has it who was never told of the second.
    expect((await checkLogFolder(log, { policy })).first).toMatchObject({
      code: 'checkpoint-key-window',
    });
  });

  it('a key that no event announced is named at the first size that it signed', async () => {
    const folder = folderOf();
    await makeLedger(folder, 9);
    tamper(folder, (db) => {
      const rows = db
        .prepare<[], { size: number; root: Buffer }>('SELECT size, root FROM checkpoint')
        .all();
      const update = db.prepare('UPDATE checkpoint SET key_id = ?, signature = ? WHERE size = ?');
      for (const { size, root } of rows.filter((row) => row.size > 6)) {
        const body = checkpointBody({ origin: TEST_ORIGIN, size, root });
        update.run(second.keyId, second.sign(Buffer.from(body)), size);
      }
    });
    const report = await check(folder, { policy: both });
    expect(report.first).toMatchObject({ code: 'key-handover', index: 6 });
    expect(report.findingCount).toBe(4);
    expect(exitCodeOf(report)).toBe(1);
  });
});

describe('attack 14: checkpoints in another form', () => {
  const swap = (from: string | RegExp, to: string) => (note: string) => {
    expect(note.search(from)).toBeGreaterThanOrEqual(0);
    return note.replace(from, to);
  };

  it('is of another log with a byte order mark before its origin', async () => {
    const report = await withNote((note) => `\ufeff${note}`);
    expect(report.first).toMatchObject({ code: 'checkpoint-origin', file: 'checkpoint' });
  });

  it.each<[string, (note: string) => string | Buffer]>([
    ['a leading zero', swap('\n10\n', '\n010\n')],
    ['a sign', swap('\n10\n', '\n+10\n')],
    ['CRLF', (note) => note.replaceAll('\n', '\r\n')],
    ['a size beyond 2^53', swap('\n10\n', '\n18446744073709551615\n')],
    ['an extension line', swap('\n\n', '\nmore\n\n')],
    ['base64 whose unused bits are set', swap(/(.)=\n\n/u, 'B=\n\n')],
    ['101 signature lines', (note) => note + linesOf(note).repeat(100)],
    ['10,000 signature lines', (note) => note + linesOf(note).repeat(9_999)],
    ['itself behind it', (note) => note + note],
    ['an older note of the log before it', (note) => note.replace('\n10\n', '\n9\n') + note],
    ['a byte that is no UTF-8', (note) => Buffer.concat([Buffer.from(note), Buffer.of(0xff, 10)])],
    ['nothing in it', () => ''],
  ])('is refused with %s', async (_, change) => {
    const report = await withNote(change);
    expect(report.first).toMatchObject({
      code: expect.stringMatching(/^(checkpoint-syntax|limit-exceeded)$/u),
      file: 'checkpoint',
    });
    expect(exitCodeOf(report)).toBe(1);
  });

  it('is a checkpoint all the same before it is changed', async () => {
    expect(exitCodeOf(await withNote((note) => note))).toBe(0);
    const folder = folderOf();
    writeForgedLog(folder, entries);
    expect(readCheckpoint(readFileSync(join(folder, 'checkpoint'))).size).toBe(10);
  });
});
