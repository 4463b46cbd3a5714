import { type Entry, decodeEntry } from '../kernel/entry';
import { isTieoutError } from '../kernel/errors';
import { type Finding } from './check-report';

/** An entry that was read strictly, or what is wrong with its bytes. */
export type ReadEntry =
  | { readonly entry: Entry; readonly finding?: undefined }
  | { readonly entry?: undefined; readonly finding: Finding };

/** Strict JSON, canonical form, field table. */
export function readEntry(bytes: Uint8Array): ReadEntry {
  try {
    return { entry: decodeEntry(bytes) };
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    const isForm = error.code === 'malformed' || error.code.startsWith('json-');
    const pointer = error.members['pointer'];
    return {
      finding: {
        code: isForm ? 'entry-not-canonical' : 'entry-schema',
        detail: `The entry is not as the format says (${error.code}).`,
        ...(typeof pointer === 'string' && pointer !== '' ? { pointer } : {}),
      },
    };
  }
}

/** Stream and revision that damaged bytes still show, for the report only. */
export function placeIn(bytes: Uint8Array): { stream?: string; revision?: number } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const stream = /"stream":"([a-z][a-z0-9_]*-[A-Za-z0-9_~%-]+\.[A-Za-z0-9._~%-]+)"/u.exec(
    text,
  )?.[1];
  const revision = /"revision":(0|[1-9][0-9]{0,15})[,}]/u.exec(text)?.[1];
  return {
    ...(stream === undefined ? {} : { stream }),
    ...(revision === undefined ? {} : { revision: Number(revision) }),
  };
}

/** The `prev` that bytes show, where they do. */
export function prevIn(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return /,"prev":"([0-9a-f]{64})",/u.exec(text)?.[1];
}
