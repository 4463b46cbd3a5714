/** What may vary between the entries of a pack's ZIP; every other byte of its records is fixed. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  readonly crc: number;
  /** sizes and checksum stand behind the content, because they were not known before it */
  readonly hasDescriptor: boolean;
  /** Unix mode in the directory: a plain file, 0644 */
  readonly mode: number;
  /** of the local header */
  readonly offset: number;
}

export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const DESCRIPTOR_BYTES = 16;
export const END_BYTES = 22;

const MADE_BY_UNIX = (3 << 8) | 63;
const NEEDED = 20;
const UTF8_NAME = 1 << 11;
const DESCRIPTOR_FOLLOWS = 1 << 3;
const STORED = 0;
/** 2000-01-01 12:00 in DOS form: packs of one content are the same bytes, whenever they are made. */
const TIME = 12 << 11;
const DATE = (20 << 9) | (1 << 5) | 1;
const MODES = [0o100644, 0o644];

const flagsOf = (entry: ZipEntry): number =>
  UTF8_NAME | (entry.hasDescriptor ? DESCRIPTOR_FOLLOWS : 0);

/** Reads what may vary from a record of the directory; the caller compares the rest by writing it again. */
export function readCentral(directory: Buffer, at: number): ZipEntry | undefined {
  const nameBytes = directory.readUInt16LE(at + 28);
  if (at + CENTRAL_BYTES + nameBytes > directory.length) return undefined;
  const mode = directory.readUInt16LE(at + 40);
  if (!MODES.includes(mode)) return undefined;
  return {
    name: directory.toString('latin1', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes),
    bytes: directory.readUInt32LE(at + 24),
    crc: directory.readUInt32LE(at + 16),
    hasDescriptor: (directory.readUInt16LE(at + 8) & DESCRIPTOR_FOLLOWS) !== 0,
    mode,
    offset: directory.readUInt32LE(at + 42),
  };
}

/** @see APPNOTE.TXT, 4.3.12 */
export function centralRecord(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name, 'latin1');
  const record = Buffer.alloc(CENTRAL_BYTES);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(MADE_BY_UNIX, 4);
  record.writeUInt16LE(NEEDED, 6);
  record.writeUInt16LE(flagsOf(entry), 8);
  record.writeUInt16LE(STORED, 10);
  record.writeUInt16LE(TIME, 12);
  record.writeUInt16LE(DATE, 14);
  record.writeUInt32LE(entry.crc, 16);
  record.writeUInt32LE(entry.bytes, 20);
  record.writeUInt32LE(entry.bytes, 24);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(entry.mode, 40);
  record.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([record, name]);
}

/** @see APPNOTE.TXT, 4.3.7 */
export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name, 'latin1');
  const known = !entry.hasDescriptor;
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(NEEDED, 4);
  header.writeUInt16LE(flagsOf(entry), 6);
  header.writeUInt16LE(STORED, 8);
  header.writeUInt16LE(TIME, 10);
  header.writeUInt16LE(DATE, 12);
  header.writeUInt32LE(known ? entry.crc : 0, 14);
  header.writeUInt32LE(known ? entry.bytes : 0, 18);
  header.writeUInt32LE(known ? entry.bytes : 0, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

/** @see APPNOTE.TXT, 4.3.9 */
export function descriptor(entry: ZipEntry): Buffer {
  const record = Buffer.alloc(DESCRIPTOR_BYTES);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(entry.crc, 4);
  record.writeUInt32LE(entry.bytes, 8);
  record.writeUInt32LE(entry.bytes, 12);
  return record;
}

/** @see APPNOTE.TXT, 4.3.16 */
export function endRecord(count: number, bytes: number, offset: number): Buffer {
  const record = Buffer.alloc(END_BYTES);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(bytes, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}
