import { createHash } from 'node:crypto';

import { refused } from '../../src/sealing/findings';
import { type Context, step } from './context';
import { type Evidence } from './evidence-json';
import { readWhole } from './pack-source';
import { Root } from './root';
import { Members, readCanonical } from './strict-object';

const FILE = 'data/items-tree.json';
const MANIFEST = 'manifest-sha256.txt';

/** That every item belongs to the pack root, by code of its own: sides and length follow from place and count alone. */
export function checkItemsTree(context: Context, evidence: Evidence): void {
  step(context, { file: FILE }, () => {
    const file = context.pack.files.get(FILE);
    if (file === undefined) throw refused('pack-file', 'The file is missing.');
    const tree = new Members(readCanonical(readWhole(file), 'pack-file'), '', 'pack-file');
    tree.only('count', 'items', 'root', 'v');
    const items = tree.objects('items');
    const ids = items.map((item) => item.only('id', 'path').text('id'));
    const { length: total } = evidence.items;
    if (
      tree.natural('count') !== total ||
      ids.join('\n') !== evidence.items.map((i) => i.id).join('\n')
    ) {
      throw refused('pack-file', 'It does not have the items of evidence.json.');
    }
    const packRoot = tree.text('root');
    if (total === 0 && packRoot !== rootOf(0, Buffer.alloc(32))) {
      throw refused('pack-file', 'The root is not that of no items.');
    }
    const lines = manifestLines(context);
    items.forEach((item, i) => {
      const id = ids[i] ?? '';
      const leaf = leafOf(i, total, lines.get(id) ?? '');
      if (rootOf(total, climb(leaf, i, total, item.hashes('path'))) !== packRoot) {
        throw refused('pack-file', `The path of item ${id} does not lead to the root.`);
      }
    });
  });
}

/** The lines of each item in the manifest, with their LF. */
function manifestLines(context: Context): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  const manifest = context.pack.files.get(MANIFEST);
  if (manifest === undefined) throw refused('pack-file', `${MANIFEST} is missing.`);
  for (const line of readWhole(manifest).toString('utf8').split('\n')) {
    const id = /^[0-9a-f]{64} {2}data\/items\/([^/]+)\//u.exec(line)?.[1];
    if (id !== undefined) lines.set(id, `${lines.get(id) ?? ''}${line}\n`);
  }
  return lines;
}

function leafOf(index: number, total: number, lines: string): Buffer {
  return sha256('tieout/pack-item/v1\n', u64(index), u64(total), sha256(lines));
}

function rootOf(total: number, treeRoot: Buffer): string {
  return sha256('tieout/pack-root/v1\n', u64(total), treeRoot).toString('hex');
}

function climb(leaf: Buffer, index: number, total: number, path: readonly Uint8Array[]): Buffer {
  if (path.length !== new Root(total, leaf).pathLength(index)) {
    throw refused(
      'pack-file',
      `The path of item ${index} has another length than its place needs.`,
    );
  }
  const siblings = [...path];
  let node = leaf;
  let fn = index;
  for (let sn = total - 1; sn > 0; sn = Math.floor(sn / 2)) {
    if (fn % 2 === 1) node = sha256(siblings.shift() ?? '', node);
    else if (fn < sn) node = sha256(node, siblings.shift() ?? '');
    fn = Math.floor(fn / 2);
  }
  return node;
}

function sha256(...parts: readonly (Uint8Array | string)[]): Buffer {
  const state = createHash('sha256');
  for (const part of parts) state.update(part);
  return state.digest();
}

function u64(n: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(n));
  return bytes;
}
