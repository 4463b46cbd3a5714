import { encodeEntry } from '../../../src/kernel/entry';
import { hex, leafHash } from '../../../src/kernel/hash';
import { openCheckpoint, signCheckpoint } from '../../../src/sealing/checkpoint';
import { isCosigned, meetsQuorum } from '../../../src/sealing/cosignature';
import { foundingEntry } from '../../../src/sealing/founding';
import { inclusionProof, rootOf } from '../../../src/sealing/merkle-log';
import { verifyInclusion } from '../../../src/sealing/merkle-verify';
import { readNote } from '../../../src/sealing/note';
import { readPolicy } from '../../../src/sealing/policy-file';
import { privateKeyText, readPrivateKey } from '../../../src/sealing/signer';
import { readTlogProof, tlogProofText } from '../../../src/sealing/tlog-proof';
import { readVkey } from '../../../src/sealing/vkey';
import {
  CHECKPOINTS,
  COSIGNED,
  ENTRIES,
  LEAVES,
  ORIGIN,
  PROOF_3,
  RECOVERY_VKEY,
  SKEY,
  VKEY,
  WITNESS_VKEY,
} from '../../support/log-example';

const leaves = ENTRIES.map((entry) => leafHash(Buffer.from(entry)));
const signer = readPrivateKey(SKEY);
const POLICY = `log ${VKEY}\nwitness w1 ${WITNESS_VKEY}\nquorum w1\n`;

describe('the example log of the ledger format', () => {
  it('has the published leaves', () => {
    expect(leaves.map(hex)).toEqual(LEAVES);
  });

  it('begins with the founding that a new ledger gets, but for its id', () => {
    const at = '2026-01-05T08:00:00.000Z';
    const founding = foundingEntry({ origin: ORIGIN, vkey: VKEY, recoveryVkey: RECOVERY_VKEY, at });
    const bytes = encodeEntry({ ...founding, id: '019b8d2b-8c00-7000-8000-000000000000' });
    expect(Buffer.from(bytes).toString('utf8')).toBe(ENTRIES[0]);
    expect(founding.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/u);
  });

  it('is signed with the same bytes at every size', () => {
    const notes = CHECKPOINTS.map(
      (_, size) => signCheckpoint(signer, size, rootOf(leaves, 0, size)).note,
    );
    expect(notes).toEqual(CHECKPOINTS);
  });

  it('has checkpoints that its verifier key opens', () => {
    const opened = CHECKPOINTS.map((note) => openCheckpoint(note, readVkey(VKEY)));
    expect(opened.map((c) => c.size)).toEqual([0, 1, 2, 3, 4]);
    expect(opened.map((c) => hex(c.root))).toEqual(
      [0, 1, 2, 3, 4].map((n) => hex(rootOf(leaves, 0, n))),
    );
  });

  it('has the key id and the key file of its seed', () => {
    expect(signer).toMatchObject({ name: ORIGIN, vkey: VKEY });
    const seed = Buffer.from(
      '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
      'hex',
    );
    expect(privateKeyText(ORIGIN, seed)).toBe(`${SKEY}\n`);
  });

  it('proves index 3 with the published text, which reads back and verifies', () => {
    const hashes = inclusionProof(3, 4, (level, index) =>
      rootOf(leaves, index * 2 ** level, (index + 1) * 2 ** level),
    );
    expect(tlogProofText({ index: 3, hashes, checkpoint: CHECKPOINTS[4]! })).toBe(PROOF_3);
    const proof = readTlogProof(PROOF_3);
    const { size, root } = openCheckpoint(proof.checkpoint, readVkey(VKEY));
    expect(verifyInclusion({ ...proof, size, root, leaf: leaves[3]! })).toBe(true);
    expect(verifyInclusion({ ...proof, size, root, leaf: leaves[2]! })).toBe(false);
  });

  it('has a witness whose line meets the quorum', () => {
    const policy = readPolicy(POLICY);
    expect(isCosigned(readNote(COSIGNED), readVkey(WITNESS_VKEY))).toBe(true);
    expect(meetsQuorum(readNote(COSIGNED), policy)).toBe(true);
    expect(meetsQuorum(readNote(CHECKPOINTS[4]!), policy)).toBe(false);
    const otherTime = COSIGNED.replace('tyurLgAAAABpW5VQ', 'tyurLgAAAABpW5VR');
    expect(meetsQuorum(readNote(otherTime), policy)).toBe(false);
  });
});
