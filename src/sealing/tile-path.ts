/** What a path of the C2SP layout names: a hash tile of a level, or a bundle of entries. */
export interface TilePath {
  /** 0 to 63 for hashes; `entries` for a bundle */
  readonly level: number | 'entries';
  /** place in its level, from 0; a path may name more than any log has, so it is no number */
  readonly n: bigint;
  /** hashes or entries of a partial tile, 1 to 255; 0 for a full one */
  readonly width: number;
}

const LEVEL_MAX = 63;
const WIDTH_MAX = 255;
/** Six groups of three digits are what stays below 2^63. */
const FORM =
  /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/u;

/** `000`, `x001/x234/067`: groups of three digits, all but the last marked. */
function placeText(n: number): string {
  let text = String(n % 1_000).padStart(3, '0');
  for (let rest = Math.floor(n / 1_000); rest > 0; rest = Math.floor(rest / 1_000)) {
    text = `x${String(rest % 1_000).padStart(3, '0')}/${text}`;
  }
  return text;
}

const partial = (width: number): string => (width === 0 ? '' : `.p/${width}`);

/**
 * Path of a hash tile.
 *
 * @param width number of hashes, 1 to 255 for a partial tile; 0 for a full one
 * @see C2SP tlog-tiles v0.1.0, Merkle tree
 */
export function tilePath(level: number, n: number, width = 0): string {
  return `tile/${level}/${placeText(n)}${partial(width)}`;
}

/**
 * Path of a bundle of entries.
 *
 * @param width number of entries, 1 to 255 for a partial bundle; 0 for a full one
 * @see C2SP tlog-tiles v0.1.0, Log entries
 */
export function bundlePath(n: number, width = 0): string {
  return `tile/entries/${placeText(n)}${partial(width)}`;
}

/**
 * Reads a path and nothing looser: one tile has one path, so a leading zero of the level, an empty first group or a
 * width out of range is refused.
 *
 * @param path from `tile/` on
 * @returns undefined when it is no path of a tile or bundle
 */
export function readTilePath(path: string): TilePath | undefined {
  const [, kind = '', place = '', widthText] = FORM.exec(path) ?? [];
  if (place === '' || place.startsWith('x000')) return undefined;
  const width = widthText === undefined ? 0 : Number(widthText);
  if (width > WIDTH_MAX) return undefined;
  const n = BigInt(place.replaceAll(/[x/]/gu, ''));
  if (kind === 'entries') return { level: kind, n, width };
  const level = Number(kind);
  return level > LEVEL_MAX || String(level) !== kind ? undefined : { level, n, width };
}
