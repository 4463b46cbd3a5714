import { sha256Hex, hex, leafHash } from '../../../src/kernel/hash';
import { openCheckpoint, signCheckpoint } from '../../../src/sealing/checkpoint';
import { isCosigned, meetsQuorum } from '../../../src/sealing/cosignature';
import { bundleOf, readBundle } from '../../../src/sealing/entry-bundle';
import { extendRoot } from '../../../src/sealing/extend-root';
import { Frontier } from '../../../src/sealing/frontier';
import {
  consistencyProof,
  type HashReader,
  inclusionProof,
  rootOf,
} from '../../../src/sealing/merkle-log';
import { readNote } from '../../../src/sealing/note';
import { readPolicy } from '../../../src/sealing/policy-file';
import { readPrivateKey, signerOf } from '../../../src/sealing/signer';
import { type FullTile, TileBuilder } from '../../../src/sealing/tile-builder';
import { bundlePath, readTilePath, tilePath } from '../../../src/sealing/tile-path';
import { partialWidth } from '../../../src/sealing/tile-reader';
import { tlogProofText } from '../../../src/sealing/tlog-proof';
import { readVkey } from '../../../src/sealing/vkey';
import { base64Bytes, check, hexBytes, json } from './vectors';

export function checkLogs(): void {
  referenceTree();
  numberedLeaves();
  entryExamples();
  otherImplementation();
  largeLog();
  paths();
}

const readerOf =
  (leaves: readonly Uint8Array[]): HashReader =>
  (level, index) =>
    rootOf(leaves, index * 2 ** level, (index + 1) * 2 ** level);

function referenceTree(): void {
  const tree = json<{
    leaf_inputs_hex: string[];
    leaf_hashes_hex: string[];
    node_hashes_by_level_hex: string[][];
    root_by_size_hex: string[];
  }>('rfc6962_tree_8_leaves.json');
  const leaves = tree.leaf_inputs_hex.map((input) => leafHash(hexBytes(input)));
  check('leaves', leaves.map(hex).join(), tree.leaf_hashes_hex.join());
  tree.node_hashes_by_level_hex.forEach((nodes, level) => {
    const ours = nodes.map((_, index) => hex(readerOf(leaves)(level, index)));
    check(`nodes of level ${level}`, ours.join(), nodes.join());
  });
  tree.root_by_size_hex.forEach((root, size) => growth(leaves.slice(0, size), root));
  const again = json<{
    leafInputsHex: string[];
    leafHashesHex: string[];
    rootHexByTreeSize: string[];
  }>('merkle_rfc6962', 'reference_roots.json');
  const same = again.leafInputsHex.map((input) => leafHash(hexBytes(input)));
  check('leaves again', same.map(hex).join(), again.leafHashesHex.join());
  again.rootHexByTreeSize.forEach((root, size) => growth(same.slice(0, size), root));
}

/** One by one, by the recursive definition, and from every smaller size. */
function growth(leaves: readonly Uint8Array[], root: string): void {
  const frontier = Frontier.empty();
  leaves.forEach((leaf, from) => {
    const extended = extendRoot(from, frontier.edge(), leaves.slice(from));
    check(`root of ${leaves.length} from ${from}`, hex(extended), root);
    frontier.append(leaf);
  });
  check(`root of ${leaves.length} by the frontier`, hex(frontier.root()), root);
  check(`root of ${leaves.length} by definition`, hex(rootOf(leaves)), root);
}

function numberedLeaves(): void {
  const { root_by_size_hex: roots } = json<{ root_by_size_hex: Record<string, string> }>(
    'tlog_leaf_N_roots.json',
  );
  for (const [size, root] of Object.entries(roots)) {
    growth(
      Array.from({ length: Number(size) }, (_, i) => leafHash(Buffer.from(`leaf ${i}`))),
      root,
    );
  }
}

interface EntryExamples {
  origin: string;
  keys: Record<
    | 'log_seed_hex'
    | 'log_skey'
    | 'log_vkey'
    | 'recovery_seed_hex'
    | 'recovery_vkey'
    | 'witness_vkey',
    string
  >;
  entries: { entry_utf8: string; leaf_hex: string }[];
  checkpoints: { size: number; root_hex: string; checkpoint: string }[];
  consistency_proofs: { size1: number; size2: number; proof_hex: string[] }[];
  inclusion_proofs: {
    index: number;
    tree_size: number;
    hashes_hex: string[];
    tlog_proof: string;
  }[];
  cosigned_checkpoint: string;
  policy: string;
  files_base64: Record<string, string>;
}

function entryExamples(): void {
  const d = json<EntryExamples>('tieout_entry_examples.json');
  const signer = signerOf(d.origin, hexBytes(d.keys.log_seed_hex));
  check('log vkey', signer.vkey, d.keys.log_vkey);
  check('log key file', readPrivateKey(d.keys.log_skey).vkey, d.keys.log_vkey);
  const recovery = signerOf(`${d.origin}/recovery`, hexBytes(d.keys.recovery_seed_hex));
  check('recovery vkey', recovery.vkey, d.keys.recovery_vkey);
  const leaves = d.entries.map((entry) => leafHash(Buffer.from(entry.entry_utf8)));
  check('leaves', leaves.map(hex).join(), d.entries.map((entry) => entry.leaf_hex).join());
  for (const { size, root_hex: root, checkpoint } of d.checkpoints) {
    check(`root ${size}`, hex(rootOf(leaves, 0, size)), root);
    check(`checkpoint ${size}`, signCheckpoint(signer, size, hexBytes(root)).note, checkpoint);
    check(`opened ${size}`, openCheckpoint(checkpoint, readVkey(d.keys.log_vkey)).size, size);
  }
  for (const { size1, size2, proof_hex: proof } of d.consistency_proofs) {
    const ours = consistencyProof(size1, size2, readerOf(leaves));
    check(`consistency ${size1} to ${size2}`, ours.map(hex).join(), proof.join());
  }
  for (const { index, tree_size: size, hashes_hex: want, tlog_proof: text } of d.inclusion_proofs) {
    const hashes = inclusionProof(index, size, readerOf(leaves));
    check(`inclusion ${index}`, hashes.map(hex).join(), want.join());
    check(
      `proof ${index}`,
      tlogProofText({ index, hashes, checkpoint: d.cosigned_checkpoint }),
      text,
    );
  }
  const cosigned = readNote(d.cosigned_checkpoint);
  check('cosignature', isCosigned(cosigned, readVkey(d.keys.witness_vkey)), true);
  check('quorum', meetsQuorum(cosigned, readPolicy(d.policy)), true);
  tilesOf(
    d.entries.map((entry) => entry.entry_utf8),
    d.files_base64,
  );
}

/** Hash tiles and entry bundles in the files of a log folder, written and read. */
function tilesOf(entries: readonly string[], files: Readonly<Record<string, string>>): void {
  const leaves = entries.map((entry) => leafHash(Buffer.from(entry)));
  for (const [path, content] of Object.entries(files)) {
    if (path.startsWith('tile/entries/')) {
      const bundle = base64Bytes(content);
      const read = readBundle(bundle) ?? [];
      const own = entries.slice(0, read.length).map((entry) => Buffer.from(entry));
      check(`path ${path}`, bundlePath(0, read.length), path);
      check(`entries of ${path}`, read.map((entry) => Buffer.from(entry)).join(), own.join());
      check(path, Buffer.from(bundleOf(own)).toString('base64'), content);
    }
    const width = Number(/^tile\/0\/000\.p\/(\d+)$/u.exec(path)?.[1]);
    if (Number.isNaN(width)) continue;
    check(`path ${path}`, tilePath(0, 0, width), path);
    check(path, Buffer.concat(leaves.slice(0, width)).toString('base64'), content);
  }
}

function otherImplementation(): void {
  const d = json<{
    log_vkey: string;
    log_skey_for_regeneration: string;
    entries_utf8: string[];
    files_base64: Record<string, string>;
  }>('tessera_testdata_log.json');
  const signer = readPrivateKey(d.log_skey_for_regeneration);
  check('tessera vkey', signer.vkey, d.log_vkey);
  const leaves = d.entries_utf8.map((entry) => leafHash(Buffer.from(entry)));
  for (const [path, content] of Object.entries(d.files_base64)) {
    if (!path.startsWith('checkpoint')) continue;
    const note = base64Bytes(content).toString('utf8');
    const { size, root } = openCheckpoint(note, readVkey(d.log_vkey));
    check(`tessera root ${size}`, hex(root), hex(rootOf(leaves, 0, size)));
    check(`tessera ${path}`, signCheckpoint(signer, size, root).note, note);
  }
  tilesOf(d.entries_utf8, d.files_base64);
}

function largeLog(): void {
  const d = json<{
    ed25519_seed_hex: string;
    log_vkey: string;
    checkpoint: string;
    root_hex: string;
    tiles_sha256: Record<string, string>;
  }>('tlog_tiles_70000.json');
  const size = 70_000;
  const builder = TileBuilder.empty();
  const leaves = Array.from({ length: size }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));
  leaves.forEach((leaf) => builder.append(leaf));
  const tiles = builder.takeCompleted();
  check('root of 70,000', hex(builder.frontier.root()), d.root_hex);
  const signer = signerOf(d.log_vkey.split('+')[0] ?? '', hexBytes(d.ed25519_seed_hex));
  check('vkey of 70,000', signer.vkey, d.log_vkey);
  check(
    'checkpoint of 70,000',
    signCheckpoint(signer, size, builder.frontier.root()).note,
    d.checkpoint,
  );
  const byPath = filesOf(leaves, tiles);
  for (const [path, digest] of Object.entries(d.tiles_sha256)) {
    check(path, sha256Hex(byPath.get(path) ?? Buffer.alloc(0)), digest);
  }
  const { tile_counts_for_size: counts } = json<{
    tile_counts_for_size: Record<string, number>[];
  }>('tlog_tiles_paths.json');
  check(
    'full tiles of level 0',
    tiles.filter((t) => t.level === 0).length,
    counts[0]?.['level0_full'],
  );
  check(
    'full tiles of level 1',
    tiles.filter((t) => t.level === 1).length,
    counts[0]?.['level1_full'],
  );
}

/** Full tiles, and the partial ones at the right edge: leaves, or the roots of the full tiles below. */
function filesOf(
  leaves: readonly Uint8Array[],
  tiles: readonly FullTile[],
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let below = leaves;
  for (let level = 0; below.length > 0; level += 1) {
    const own = tiles.filter((tile) => tile.level === level);
    for (const { n, hashes } of own) files.set(tilePath(level, n), hashes);
    const rest = below.slice(256 * own.length);
    if (rest.length > 0) files.set(tilePath(level, own.length, rest.length), Buffer.concat(rest));
    below = own.map((tile) => tile.root);
  }
  return files;
}

interface PathVectors {
  tile: { level: number; index: number; partial: number; path: string }[];
  entries: { index: number; partial: number; path: string }[];
  entries_for_log_index: { seq: number; tree_size: number; path: string }[];
  parse_good: { path_level: string; path_index: string; index: string; partial: number }[];
  parse_bad: { path_level: string; path_index: string }[];
}

function paths(): void {
  const d = json<PathVectors>('tlog_tiles_paths.json');
  for (const { level, index, partial, path } of d.tile)
    check(path, tilePath(level, index, partial), path);
  for (const { index, partial, path } of d.entries) check(path, bundlePath(index, partial), path);
  for (const { seq, tree_size: size, path } of d.entries_for_log_index) {
    const n = Math.floor(seq / 256);
    check(`bundle of ${seq} at ${size}`, bundlePath(n, partialWidth(n, size)), path);
  }
  for (const { path_level: level, path_index: place, index, partial } of d.parse_good) {
    const read = readTilePath(`tile/${level}/${place}`);
    check(place, `${read?.level} ${read?.n} ${read?.width}`, `${level} ${index} ${partial}`);
  }
  for (const { path_level: level, path_index: place } of d.parse_bad)
    check(`${level}/${place}`, readTilePath(`tile/${level}/${place}`), undefined);
}
