import { closeSync, fstatSync, openSync } from 'node:fs';

import { refused } from '../../src/sealing/findings';
import { readExactly } from './folder-source';
import { checkName, FileNames, PACK_BYTES_MAX, type PackSource } from './pack-source';
import {
  CENTRAL_BYTES,
  centralRecord,
  DESCRIPTOR_BYTES,
  descriptor,
  endRecord,
  END_BYTES,
  LOCAL_BYTES,
  localHeader,
  readCentral,
  type ZipEntry,
} from './zip-records';

const CENTRAL_BYTES_MAX = 64 * 1024 ** 2;

/**
 * A pack in its ZIP. Every byte outside the contents is compared with the only form in which a pack may be packed, so that
 * no two readers can see different files. The checksums of the contents are compared when the bag is checked.
 *
 * @throws TieoutError `proof-invalid`; the system's error when the file cannot be read
 */
export function openZip(path: string): PackSource {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    if (size > PACK_BYTES_MAX) throw refused('limit-exceeded', 'The ZIP is over 4 GiB.');
    const read = (offset: number, length: number) => readExactly(file, offset, length, 'The ZIP');
    const entries = readDirectory(read, size);
    checkLocals(read, entries, size);
    const { top, names } = filesOf(read, entries);
    return { top, files: names.files, close: () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

type Read = (offset: number, length: number) => Buffer;

function readDirectory(read: Read, size: number): ZipEntry[] {
  if (size < END_BYTES) throw refused('pack-file', 'The file is no ZIP: it is too short.');
  const end = read(size - END_BYTES, END_BYTES);
  const count = end.readUInt16LE(10);
  const bytes = end.readUInt32LE(12);
  const offset = end.readUInt32LE(16);
  if (!end.equals(endRecord(count, bytes, offset)) || offset + bytes + END_BYTES !== size) {
    throw refused(
      'pack-file',
      'The end of the ZIP is damaged, or bytes stand before or behind it.',
    );
  }
  if (bytes > CENTRAL_BYTES_MAX)
    throw refused('limit-exceeded', 'The ZIP has too long a directory.');
  const directory = read(offset, bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at < bytes) {
    const entry = at + CENTRAL_BYTES <= bytes ? readCentral(directory, at) : undefined;
    const record = entry === undefined ? undefined : centralRecord(entry);
    if (entry === undefined || !record?.equals(directory.subarray(at, at + record.length))) {
      throw refused(
        'pack-file',
        `Entry ${entries.length + 1} of the ZIP's directory is not as packs have it.`,
      );
    }
    entries.push(entry);
    at += record.length;
  }
  if (entries.length !== count) throw refused('pack-file', 'The ZIP says another number of files.');
  return entries;
}

/** Local headers agree with the directory, and everything lies end to end in the order of the names. */
function checkLocals(read: Read, entries: readonly ZipEntry[], size: number): void {
  let at = 0;
  let before = '';
  for (const entry of entries) {
    const { name } = entry;
    if (before !== '' && before >= name) {
      throw refused('pack-file', `${name} is not in its place: names of the ZIP must ascend.`);
    }
    before = name;
    const header = localHeader(entry);
    if (entry.offset !== at || at + header.length + entry.bytes > size) {
      throw refused('pack-file', `${name} does not follow the file before it in the ZIP.`);
    }
    if (!read(at, header.length).equals(header)) {
      throw refused('pack-file', `The two headers of ${name} in the ZIP do not agree.`);
    }
    at += header.length + entry.bytes;
    if (!entry.hasDescriptor) continue;
    if (!read(at, DESCRIPTOR_BYTES).equals(descriptor(entry))) {
      throw refused('pack-file', `The descriptor behind ${name} in the ZIP does not agree.`);
    }
    at += DESCRIPTOR_BYTES;
  }
  const [first] = entries;
  if (first === undefined) throw refused('pack-file', 'The ZIP is empty.');
  const directoryAt = read(size - END_BYTES, END_BYTES).readUInt32LE(16);
  if (directoryAt !== at)
    throw refused('pack-file', 'Bytes stand between the files and the directory of the ZIP.');
}

function filesOf(read: Read, entries: readonly ZipEntry[]): { top: string; names: FileNames } {
  const names = new FileNames();
  const top = entries[0]?.name.split('/')[0] ?? '';
  checkName(top);
  for (const entry of entries) {
    if (!entry.name.startsWith(`${top}/`)) {
      throw refused('pack-file', `${entry.name} does not lie in the one top folder.`);
    }
    const start = entry.offset + LOCAL_BYTES + entry.name.length;
    names.add({
      name: entry.name.slice(top.length + 1),
      bytes: entry.bytes,
      crc: entry.crc,
      read: (offset, length) => read(start + offset, length),
    });
  }
  return { top, names };
}
