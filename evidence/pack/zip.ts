import { type Readable } from 'node:stream';
import { ZipFile } from 'yazl';

import { type BagFile } from './bag';

/**
 * One folder of files as a ZIP of stored entries, the same bytes on every machine.
 *
 * Deflate differs between zlib builds, so nothing is compressed. The time stamp is fixed in local components, because
 * a DOS time has no zone; 1980-01-01 would be clamped against a limit that is taken in the zone at load.
 *
 * @param files in the order in which they are written
 * @returns a stream of the archive; it fails where writing fails
 */
export function zipOf(folder: string, files: readonly BagFile[]): Readable {
  const zip = new ZipFile();
  const mtime = new Date(2000, 0, 1, 12, 0, 0);
  for (const { path, bytes } of files) {
    zip.addBuffer(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      `${folder}/${path}`,
      {
        mtime,
        mode: 0o100644,
        compress: false,
        forceDosTimestamp: true,
      },
    );
  }
  zip.end();
  return zip.outputStream as Readable;
}
