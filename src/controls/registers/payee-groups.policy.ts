/** Vendors that are paid as one: they share a bank account, or belong together. Stream names of suppliers. */
export type PayeeGroup = readonly string[];

/**
 * The payee of each vendor: groups that share a vendor are one, named by the first of its vendors by code point.
 *
 * @returns of a vendor in no group the vendor itself
 */
export function payeesOf(groups: readonly PayeeGroup[]): (vendor: string) => string {
  const parents = new Map<string, string>();
  const root = (vendor: string): string => {
    let top = vendor;
    for (let up = parents.get(top); up !== undefined && up !== top; up = parents.get(top)) top = up;
    return top;
  };
  for (const group of groups) {
    const [first, ...others] = group.map(root).sort();
    for (const other of others) if (first !== undefined) parents.set(other, first);
  }
  return root;
}
