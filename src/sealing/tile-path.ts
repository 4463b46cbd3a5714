/** `000`, `x001/x234/067`: groups of three digits, all but the last marked. */
function placeText(n: number): string {
  let text = String(n % 1_000).padStart(3, '0');
  for (let rest = Math.floor(n / 1_000); rest > 0; rest = Math.floor(rest / 1_000)) {
    text = `x${String(rest % 1_000).padStart(3, '0')}/${text}`;
  }
  return text;
}

/**
 * Path of a hash tile.
 *
 * @param width number of hashes, 1 to 255 for a partial tile; 0 for a full one
 * @see C2SP tlog-tiles v0.1.0, Merkle tree
 */
export function tilePath(level: number, n: number, width = 0): string {
  return `tile/${level}/${placeText(n)}${width === 0 ? '' : `.p/${width}`}`;
}
