import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { refused } from '../../src/sealing/findings';
import { FileNames, type PackFile, type PackSource } from './pack-source';

const DEPTH_MAX = 16;

/**
 * A pack that was unpacked into a folder.
 *
 * @throws TieoutError `proof-invalid` for links, devices and names that a pack may not have; the system's error when
 *   something cannot be read
 */
export function openFolder(path: string): PackSource {
  const root = resolve(path);
  const names = new FileNames();
  addFolder(names, root, '', 0);
  return { top: basename(root), files: names.files, close() {} };
}

function addFolder(names: FileNames, root: string, below: string, depth: number): void {
  if (depth > DEPTH_MAX)
    throw refused('limit-exceeded', `Folders are nested over ${DEPTH_MAX} deep.`);
  for (const part of readdirSync(join(root, below)).sort()) {
    const name = below === '' ? part : `${below}/${part}`;
    const stat = lstatSync(join(root, name));
    if (stat.isDirectory()) addFolder(names, root, name, depth + 1);
    else if (stat.isFile()) names.add(fileAt(join(root, name), name, stat.size));
    else throw refused('pack-file', `${name} is a link or no plain file.`);
  }
}

function fileAt(path: string, name: string, bytes: number): PackFile {
  return {
    name,
    bytes,
    read(offset, length) {
      const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      try {
        if (fstatSync(file).size !== bytes) throw new Error(`${name} changed while it was read`);
        return readExactly(file, offset, length, name);
      } finally {
        closeSync(file);
      }
    },
  };
}

/** @throws Error when the file ends before */
export function readExactly(file: number, offset: number, length: number, name: string): Buffer {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const n = readSync(file, bytes, done, length - done, offset + done);
    if (n === 0) throw new Error(`${name} ends too early`);
    done += n;
  }
  return bytes;
}
