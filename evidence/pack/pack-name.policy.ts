/**
 * The name people use for a pack, its top folder too: `EP-2026-5F0C11AB`. It follows from the pack's id and from when it
 * was asked for, so that it needs no counter.
 *
 * @param id UUID of the pack
 * @param requestedAt recorded-at of the request
 */
export function packName(id: string, requestedAt: string): string {
  return `EP-${requestedAt.slice(0, 4)}-${id.slice(0, 8).toUpperCase()}`;
}
