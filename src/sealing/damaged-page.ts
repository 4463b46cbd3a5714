/** Said by SQLite of a page that is not what it must be, or that the disk does not give. */
const CODES = /^SQLITE_(CORRUPT|NOTADB|IOERR|FORMAT)/u;

export const DAMAGED = Symbol('a page that cannot be read');

/** The answer of a query, or `DAMAGED` when it met a page that cannot be read. @throws every other error again */
export function orDamaged<T>(query: () => T): T | typeof DAMAGED {
  try {
    return query();
  } catch (error) {
    if (isDamage(error)) return DAMAGED;
    throw error;
  }
}

export const isDamage = (error: unknown): boolean =>
  CODES.test(String((error as { code?: unknown } | null)?.code));
