import { join } from 'node:path';
import { addCheckpointText, readAddCheckpoint } from '../../../src/sealing/add-checkpoint';
import { cosignedAt, cosignerOf, isCosigned } from '../../../src/sealing/cosignature';
import { readNote } from '../../../src/sealing/note';
import { signerOf } from '../../../src/sealing/signer';
import { readVkey } from '../../../src/sealing/vkey';
import { Witness } from '../../../src/sealing/witness';
import { openWitnessStore } from '../../../src/sealing/witness-store';
import { SampleLog } from '../../support/sample-log';
import { temporaryFolder } from '../../support/temporary-folder';

const folderOf = temporaryFolder();
const SECONDS = 1_767_609_600;
const cosigner = cosignerOf(signerOf('witness.example/w', Buffer.alloc(32, 5)));

/** A log of `events` events besides its founding. */
function logOf(events: number, what = 'INV'): SampleLog {
  const log = new SampleLog();
  for (let i = 0; i < events; i += 1) {
    log.add({
      stream: `invoice-E_DE.${what}-${i}`,
      type: 'invoice.received',
      occurredAt: '2026-01-02T00:00:00.000Z',
      data: {},
    });
  }
  return log;
}

const bodyOf = (log: SampleLog, old: number, size: number): string =>
  addCheckpointText({
    old,
    hashes: old > 0 && old < size ? log.consistencyProof(old, size) : [],
    checkpoint: log.checkpointAt(size).note,
  });

function witnessOf(log: SampleLog, path = join(folderOf(), 'witness.db')) {
  const store = openWitnessStore(path);
  const logs = [readVkey(log.signer.vkey)];
  return { witness: new Witness({ logs, cosigner, store, now: () => SECONDS }), store };
}

describe('a witness', () => {
  const log = logOf(8);

  it('cosigns a log from its beginning, and each step that continues it', () => {
    const { witness, store } = witnessOf(log);
    for (const [old, size] of [
      [0, 3],
      [3, 3],
      [3, 8],
    ] as const) {
      const { status, body } = witness.addCheckpoint(bodyOf(log, old, size));
      expect(status).toBe(200);
      const note = readNote(log.checkpointAt(size).note + body);
      const key = readVkey(cosigner.vkey);
      expect(isCosigned(note, key)).toBe(true);
      expect(cosignedAt(note.text, note.lines.at(-1)!, key)).toBe(BigInt(SECONDS));
    }
    store.close();
  });

  it('tells a log that does not begin where it ended which size it knows', () => {
    const { witness, store } = witnessOf(log);
    witness.addCheckpoint(bodyOf(log, 0, 5));
    for (const [old, size] of [
      [0, 8],
      [3, 8],
      [4, 4],
    ] as const) {
      expect(witness.addCheckpoint(bodyOf(log, old, size))).toEqual({
        status: 409,
        contentType: 'text/x.tlog.size',
        body: '5\n',
      });
    }
    store.close();
  });

  it('refuses another root of the same size, a wrong proof, and a proof from nothing', () => {
    const { witness, store } = witnessOf(log);
    const other = logOf(8, 'OTHER');
    witness.addCheckpoint(bodyOf(log, 0, 5));
    const status = (body: string) => witness.addCheckpoint(body).status;
    expect(status(bodyOf(other, 5, 5))).toBe(422);
    expect(status(bodyOf(other, 5, 8))).toBe(422);
    const checkpoint = log.checkpointAt(8).note;
    expect(status(addCheckpointText({ old: 5, hashes: [], checkpoint }))).toBe(422);
    const proof = log.consistencyProof(5, 8);
    expect(status(addCheckpointText({ old: 5, hashes: proof.slice(1), checkpoint }))).toBe(422);
    expect(status(bodyOf(log, 5, 8))).toBe(200);
    const fresh = witnessOf(log);
    expect(
      fresh.witness.addCheckpoint(addCheckpointText({ old: 0, hashes: proof, checkpoint })).status,
    ).toBe(422);
    fresh.store.close();
    store.close();
  });

  it('answers 404 for a log it does not follow, 403 for a key it does not know, 400 for nonsense', () => {
    const { witness, store } = witnessOf(log);
    const status = (body: string) => witness.addCheckpoint(body).status;
    expect(status(bodyOf(new SampleLog('x', 'tieout.example/x'), 0, 1))).toBe(404);
    expect(status(bodyOf(new SampleLog('another key'), 0, 1))).toBe(403);
    expect(status(bodyOf(log, 0, 3).replace('old 0', 'old 4'))).toBe(400);
    const bad = [
      '',
      'old\n\nx',
      'old 01\n\nx\n',
      'old 1\nAAAA\n\nx\n',
      'old 1\n\n',
      'old 0\n\nnote',
    ];
    expect(bad.map(status)).toEqual(bad.map(() => 400));
    store.close();
  });

  it('remembers across a restart', () => {
    const path = join(folderOf(), 'witness.db');
    const first = witnessOf(log, path);
    first.witness.addCheckpoint(bodyOf(log, 0, 5));
    first.store.close();
    const { witness, store } = witnessOf(log, path);
    expect(witness.addCheckpoint(bodyOf(log, 0, 8)).status).toBe(409);
    store.close();
  });
});

describe('the body of add-checkpoint', () => {
  it('is read as it was written', () => {
    const log = logOf(8);
    const hashes = log.consistencyProof(5, 8).map((hash) => Buffer.from(hash));
    const add = { old: 5, hashes, checkpoint: log.checkpointAt(8).note };
    expect(readAddCheckpoint(addCheckpointText(add))).toEqual(add);
  });
});
