import { type RelatedObject } from '../kernel/entry';

/**
 * Where an object type stands on the way from demand to money. A link between two types on the way runs from the later
 * to the earlier one, whichever of the two reports it: an invoice names its payment as often as a payment its invoice.
 */
const STAGE: ReadonlyMap<string, number> = new Map([
  ['requisition', 1],
  ['purchase-order', 2],
  ['sales-order', 2],
  ['goods-receipt', 3],
  ['delivery', 3],
  ['invoice', 4],
  ['customer-invoice', 4],
  ['intercompany-transaction', 4],
  ['expense-claim', 4],
  ['credit-note', 5],
  ['payment', 6],
  ['receipt', 6],
  ['refund', 6],
  ['journal-entry', 7],
  ['bank-statement-line', 8],
]);

/** Master data is what acts are about; it does not chain documents, or everything about one vendor would be one chain. */
const NOT_DOCUMENTS: ReadonlySet<string> = new Set([
  'supplier',
  'customer',
  'cost-center',
  'budget',
  'bank-account',
  'signatory',
  'beneficiary',
  'gl-account',
  'period',
  'asset',
  'price-condition',
]);

const MASTER_ROLES: ReadonlySet<string> = new Set(['supplier', 'customer', 'bank-account']);

/** `child` comes from `parent`: it belongs to every chain that the parent belongs to. */
export interface DocumentLink {
  readonly child: string;
  readonly parent: string;
}

/**
 * The link that a related object makes, if it is a document of the same chain.
 *
 * Between types of one stage the role decides: what is replaced, reversed or posted came earlier, and a whole comes
 * from its parts, so that a payment run belongs to the chains of all its payments.
 *
 * @param object stream name of the reporting object; @param type its object type
 * @param other stream name of the related one
 * @returns undefined for master data and for a link to itself
 */
export function linkOf(
  object: string,
  type: string,
  related: RelatedObject,
  other: string,
): DocumentLink | undefined {
  if (object === other || MASTER_ROLES.has(related.role)) return undefined;
  if (NOT_DOCUMENTS.has(type) || NOT_DOCUMENTS.has(related.type)) return undefined;
  const [own, its] = [STAGE.get(type), STAGE.get(related.type)];
  const isLater =
    own === undefined || its === undefined || own === its ? related.role !== 'part-of' : own > its;
  return isLater ? { child: object, parent: other } : { child: other, parent: object };
}

/**
 * Root documents of an object's chains: what it comes from and what comes from nothing itself. Documents that come from
 * each other in a circle have the first of them by code point as their root.
 *
 * @param parentsOf what an object directly comes from
 * @returns ascending by code point, at least one
 */
export function rootsOf(
  object: string,
  parentsOf: (object: string) => readonly string[],
): readonly string[] {
  const [first, ...others] = parentsOf(object);
  if (first === undefined) return [object];
  if (others.length === 0 && parentsOf(first).length === 0) return [first];
  const roots = new Set<string>();
  for (const circle of lastCircles(object, parentsOf)) {
    const [root] = [...circle].sort();
    if (root !== undefined) roots.add(root);
  }
  return [...roots].sort();
}

/**
 * Groups of objects that reach each other and nothing further: Tarjan's strongly connected components without a way
 * out, walked with a stack of its own because a chain may be longer than the call stack.
 */
function lastCircles(
  start: string,
  parentsOf: (object: string) => readonly string[],
): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const hasExit = new Set<string>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const found: string[][] = [];
  const walk: { readonly node: string; readonly parents: readonly string[]; next: number }[] = [];
  const enter = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    open.push(node);
    isOpen.add(node);
    walk.push({ node, parents: parentsOf(node), next: 0 });
  };
  const lower = (node: string, to: number): void => {
    low.set(node, Math.min(low.get(node) ?? to, to));
  };
  enter(start);
  for (let step = walk.at(-1); step !== undefined; step = walk.at(-1)) {
    const { node, parents } = step;
    const parent = parents[step.next];
    step.next += 1;
    if (parent !== undefined) {
      if (!index.has(parent)) enter(parent);
      else if (isOpen.has(parent)) lower(node, index.get(parent) ?? 0);
      else hasExit.add(node);
      continue;
    }
    walk.pop();
    const below = walk.at(-1)?.node;
    if (below !== undefined) lower(below, low.get(node) ?? 0);
    if (low.get(node) !== index.get(node)) continue;
    const circle = open.splice(open.lastIndexOf(node));
    circle.forEach((member) => isOpen.delete(member));
    if (!circle.some((member) => hasExit.has(member))) found.push(circle);
    if (below !== undefined) hasExit.add(below);
  }
  return found;
}
