import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFilesCheck } from '../../../src/cli/data-files';
import { openSqlite } from '../../../src/event-store/sqlite';
import { encodeForStore, type Entry } from '../../../src/kernel/entry';
import { sha256, sha256Hex } from '../../../src/kernel/hash';
import {
  AnchorFolder,
  cosignerOf,
  exitCodeOf,
  policyText,
  readCertificates,
  readPolicy,
  signerOf,
  SqliteLog,
} from '../../../src/sealing';
import { signCheckpoint } from '../../../src/sealing/checkpoint';
import { timestampRequest } from '../../../src/sealing/timestamp-token';
import {
  check,
  makeLedger,
  openTestStore,
  TEST_ORIGIN,
  testSigner,
} from '../../support/sealed-ledger';
import { entriesIn, rewriteLedger } from '../../support/forged-log';
import { temporaryFolder } from '../../support/temporary-folder';
import { Authority } from '../../support/tsa';

const { vkey } = testSigner();
const witness = cosignerOf(signerOf('witness.example/w', Buffer.alloc(32, 50)));
const other = cosignerOf(signerOf('witness.example/x', Buffer.alloc(32, 51)));
const witnessed = readPolicy(policyOf('w'));
const both = readPolicy(policyOf('both'));
const plain = readPolicy(policyText(vkey));
const folderOf = temporaryFolder();
const made = mkdtempSync(join(tmpdir(), 'tieout-fsck-tsa-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));
jest.setTimeout(60_000);

const SECONDS = Date.UTC(2026, 0, 6) / 1_000;
const SIZE = 9;
let authority: Authority;
beforeAll(() => {
  authority = Authority.make(join(made, 'good'));
});

function policyOf(quorum: string): string {
  const lines = [`log ${vkey}`, `witness w ${witness.vkey}`, `witness x ${other.vkey}`];
  return [...lines, 'group both all w x', `quorum ${quorum}`, ''].join('\n');
}

/** A ledger of 13 events whose size 9 was cosigned and timestamped; index 12 says so. */
async function anchored() {
  const data = folderOf();
  const ledger = join(data, 'ledgers', 'main');
  const anchorDir = join(data, 'anchors', 'main');
  mkdirSync(ledger, { recursive: true });
  await makeLedger(ledger, 11);
  const anchors = new AnchorFolder(anchorDir);
  const note = noteAt(ledger, SIZE);
  await anchors.keep(SIZE, note, [witness.cosign(textOf(note), SECONDS)]);
  const file = anchors.checkpoint(SIZE)!;
  const imprint = sha256(Buffer.from(file));
  const token = authority.answer(timestampRequest({ imprint, nonce: Buffer.alloc(16, 7) }));
  await anchors.keepToken(SIZE, token);
  const store = await openTestStore(ledger);
  const founding = entriesIn(ledger)[0]!;
  const entry: Entry = {
    ...founding,
    stream: 'ledger-_.anchors',
    type: 'ledger.anchored',
    id: '00000000-0000-5000-8000-000000000001',
    recordedAt: '2026-01-06T00:00:00.000Z',
    data: {
      ...{ kind: 'timestamp', size: SIZE, root: 'ab'.repeat(32) },
      ...{ checkpoint: sha256Hex(Buffer.from(file)), token: sha256Hex(token) },
    },
  };
  await store.append(entry.stream, 'no-stream', [encodeForStore(entry)]);
  await store.close();
  return {
    data,
    ledger,
    anchorDir,
    anchors,
    at: (name: string) => join(anchorDir, `${SIZE}`, name),
  };
}

const textOf = (note: string): string => note.slice(0, note.lastIndexOf('\n\n') + 1);

function noteAt(ledger: string, size: number): string {
  const sql = openSqlite(join(ledger, 'ledger.db'), { readonly: true });
  try {
    return new SqliteLog(sql, TEST_ORIGIN).checkpointAt(size).note;
  } finally {
    sql.close();
  }
}

type Made = Awaited<ReturnType<typeof anchored>>;

function checked({ data, ledger, anchorDir }: Made, policy = plain, caFile?: string) {
  const authorities =
    caFile === undefined ? undefined : readCertificates(readFileSync(caFile, 'utf8'));
  const files = { ledger, data, anchorDir, kekFile: undefined, authorities };
  return check(ledger, { policy, beside: new DataFilesCheck(files) });
}

describe('anchors beside a ledger', () => {
  it('verify, and say what was not checked of a timestamp', async () => {
    const ledger = await anchored();
    const report = await checked(ledger);
    expect(report).toMatchObject({ result: 'verified', findings: [], warnings: [] });
    expect(report.notes.join()).toContain('Timestamps (1) were checked by the certificates');
    const trusted = await checked(ledger, plain, authority.caFile);
    expect(trusted).toMatchObject({ result: 'verified', findings: [] });
    expect(trusted.notes.join()).not.toContain('Timestamps');
  });

  it('count for the quorum of the policy, at their size', async () => {
    const ledger = await anchored();
    const report = await checked(ledger, witnessed);
    expect(report.result).toBe('verified');
    expect(report.notes.join()).toContain('at size 9 of 13');
    const short = await checked(ledger, both);
    expect(short.findings).toMatchObject([{ code: 'cosignature-quorum' }]);
    expect(exitCodeOf(short)).toBe(4);
    // A cosignature that came later stands beside the checkpoint and counts as well.
    const { anchors } = ledger;
    const note = anchors.checkpoint(SIZE)!;
    await anchors.keep(SIZE, note, [other.cosign(textOf(note), SECONDS + 60)]);
    expect((await checked(ledger, both)).result).toBe('verified');
  });

  it('are refused with a wrong line of a known witness', async () => {
    const ledger = await anchored();
    const note = ledger.anchors.checkpoint(SIZE)!;
    writeFileSync(ledger.at('cosignatures'), other.cosign(`${textOf(note)}x`, SECONDS));
    const report = await checked(ledger, witnessed);
    expect(report.findings).toMatchObject([
      { code: 'checkpoint-signature', file: 'anchors/main/9' },
    ]);
    expect(exitCodeOf(report)).toBe(1);
    // Who the witness is, only the policy knows.
    expect((await checked(ledger)).result).toBe('verified');
  });

  it('find a ledger that was written anew with the key of the log', async () => {
    const ledger = await anchored();
    const entries = entriesIn(ledger.ledger).map((entry, i) =>
      i === 4 ? { ...entry, actor: { ...entry.actor, id: 'per-000000000000' } } : entry,
    );
    rmSync(ledger.ledger, { recursive: true });
    mkdirSync(ledger.ledger);
    await rewriteLedger(ledger.ledger, entries);
    const report = await checked(ledger, witnessed);
    expect(report.first).toMatchObject({ code: 'checkpoint-inconsistent', range: [0, 8] });
    expect(exitCodeOf(report)).toBe(1);
  });

  it('find a ledger that ends before one of them', async () => {
    const ledger = await anchored();
    rmSync(ledger.ledger, { recursive: true });
    mkdirSync(ledger.ledger);
    await makeLedger(ledger.ledger, 5);
    const report = await checked(ledger);
    expect(report.first).toMatchObject({ code: 'checkpoint-rollback', index: 6 });
  });

  it('that a ledger in service makes during a check are left to the next one', async () => {
    const { data, ledger, anchorDir, anchors } = await anchored();
    const files = { ledger, data, anchorDir, kekFile: undefined };
    const beside = new DataFilesCheck(files);
    const { note } = signCheckpoint(testSigner(), 99, Buffer.alloc(32, 7));
    await anchors.keep(99, note, []);
    writeFileSync(join(anchorDir, 'mark'), note);
    expect((await check(ledger, { policy: plain, beside })).result).toBe('verified');
    const next = await check(ledger, { policy: plain, beside: new DataFilesCheck(files) });
    expect(next.findings.map(({ code }) => code)).toEqual([
      'checkpoint-rollback',
      'checkpoint-rollback',
    ]);
  });

  it('are named when a file was changed, put under another size or is gone', async () => {
    const ledger = await anchored();
    const good = readFileSync(ledger.at('checkpoint.tsr'));
    const bad = Buffer.from(good);
    bad[bad.length - 3]! ^= 1;
    writeFileSync(ledger.at('checkpoint.tsr'), bad);
    const report = await checked(ledger);
    const file = 'anchors/main/9/checkpoint.tsr';
    expect(report.findings).toMatchObject([
      { code: 'store-damaged', index: 12, file },
      { code: 'timestamp-token', file },
    ]);
    expect(exitCodeOf(report)).toBe(1);
    rmSync(ledger.at('checkpoint.tsr'));
    const gone = await checked(ledger);
    expect(gone).toMatchObject({ result: 'verified' });
    expect(gone.warnings.join()).toContain(`${file} was kept; it is not here`);
    const text = readFileSync(ledger.at('checkpoint'));
    mkdirSync(join(ledger.anchorDir, '8'));
    writeFileSync(join(ledger.anchorDir, '8', 'checkpoint'), text);
    expect((await checked(ledger)).findings).toMatchObject([
      { code: 'checkpoint-inconsistent', file: 'anchors/main/8' },
    ]);
  });

  it('have a timestamp of an authority that the user trusts', async () => {
    const stranger = Authority.make(join(made, 'stranger'));
    const report = await checked(await anchored(), plain, stranger.caFile);
    expect(report.findings).toMatchObject([{ code: 'timestamp-token' }]);
    expect(report.findings[0]!.detail).toContain('trusted authority');
    expect(exitCodeOf(report)).toBe(4);
  });
});
