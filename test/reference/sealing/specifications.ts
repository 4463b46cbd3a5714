import { base64 } from '../../../src/sealing/base64';
import { openCheckpoint, readCheckpoint } from '../../../src/sealing/checkpoint';
import { logPieces } from '../../../src/sealing/log-pieces';
import { verifyConsistency } from '../../../src/sealing/merkle-verify';
import { readNote, verifyNote } from '../../../src/sealing/note';
import { readPrivateKey } from '../../../src/sealing/signer';
import { tilePath } from '../../../src/sealing/tile-path';
import { readVkey } from '../../../src/sealing/vkey';
import { base64Bytes, check, hexBytes, json } from './vectors';

export function checkSpecifications(): void {
  otherLog();
  specifications();
}

/** The log of another witness's tests; what passes between it and the witness is in `witness-exchange.ts`. */
function otherLog(): void {
  const d = json<{
    keys: { log_skey: string; log_vkey: string };
    checkpoints: { size: number; note: string }[];
    consistency_5_to_8_hex: string[];
  }>('checkpoint_and_witness.json');
  check('log key file', readPrivateKey(d.keys.log_skey).vkey, d.keys.log_vkey);
  const opened = d.checkpoints.map(({ note }) => openCheckpoint(note, readVkey(d.keys.log_vkey)));
  const [older, newer] = opened as [(typeof opened)[0], (typeof opened)[0]];
  check('sizes', opened.map(({ size }) => size).join(), d.checkpoints.map((c) => c.size).join());
  const holds = verifyConsistency({
    ...{ from: older.size, fromRoot: older.root, to: newer.size, toRoot: newer.root },
    hashes: d.consistency_5_to_8_hex.map(hexBytes),
  });
  check('growth from 5 to 8', holds, true);
}

interface Specifications {
  signedNote: { verifierKey: string; note: string };
  checkpoint: {
    note: string;
    origin: string;
    treeSize: string;
    rootBase64: string;
    keyIdHex: string;
  };
  cosignature: { line: string; keyIdHex: string; timestamp: string; signatureBytes: number };
  tilePaths: { index: string; encoded: string }[];
  tilesByTreeSize: {
    treeSize: string;
    tiles: { level: number; full: number; partialWidth: number }[];
  }[];
}

/** What the specifications themselves give as examples. */
function specifications(): void {
  const d = json<Specifications>('c2sp', 'examples.json');
  const signed = verifyNote(readNote(d.signedNote.note), [readVkey(d.signedNote.verifierKey)]);
  check('signed note of the specification', signed.length, 1);
  const { origin, size, root, note } = readCheckpoint(d.checkpoint.note);
  check('origin', origin, d.checkpoint.origin);
  check('size', String(size), d.checkpoint.treeSize);
  check('root', base64(root), base64(base64Bytes(d.checkpoint.rootBase64)));
  const [own, witness] = readNote(note + d.cosignature.line).lines;
  check('key id', own?.keyId, d.checkpoint.keyIdHex);
  check('key id of the cosignature', witness?.keyId, d.cosignature.keyIdHex);
  const cosignature = Buffer.from(witness?.signature ?? []);
  check('length of the cosignature', cosignature.length, 8 + d.cosignature.signatureBytes);
  check('time of the cosignature', `${cosignature.readBigUInt64BE(0)}`, d.cosignature.timestamp);
  for (const { index, encoded } of d.tilePaths)
    check(`tile ${index}`, tilePath(0, Number(index)), `tile/0/${encoded}`);
  for (const { treeSize, tiles } of d.tilesByTreeSize) tilesOf(Number(treeSize), tiles);
}

function tilesOf(size: number, tiles: Specifications['tilesByTreeSize'][0]['tiles']): void {
  const pieces = [...logPieces(size)].filter(({ level }) => level !== 'entries');
  const levels = new Set(pieces.map(({ level }) => level));
  check(`levels of ${size}`, levels.size, tiles.length);
  for (const { level, full, partialWidth } of tiles) {
    const widths = pieces.filter((piece) => piece.level === level).map(({ width }) => width);
    check(`full tiles of ${size} at ${level}`, widths.filter((w) => w === 256).length, full);
    check(`partial tile of ${size} at ${level}`, widths.find((w) => w < 256) ?? 0, partialWidth);
  }
}
