import { type Link } from './links';

export interface Traversal {
  /** stream -> steps from the root, in the order found */
  readonly depths: ReadonlyMap<string, number>;
  /** every link between two found objects, once, seen from the one that named the other */
  readonly links: readonly Link[];
  /** found objects from where more would follow: too deep, or one node too many */
  readonly frontier: readonly { readonly stream: string; readonly reason: 'depth' | 'nodes' }[];
}

export interface TraversalBounds {
  /** `up`: where it came from; `down`: what came of it; `both`: all that came from where it came from */
  readonly direction: 'up' | 'down' | 'both';
  /** steps from the root, at least 1 */
  readonly depth: number;
  readonly nodesMax: number;
}

/**
 * The objects of one lineage. Up first, then down from everything found: what else a payment run settled is no part of
 * one invoice's lineage, but a second invoice for the same order is. Master data is shown and not passed through.
 */
export function traverse(
  root: string,
  { direction, depth, nodesMax }: TraversalBounds,
  linksOf: (stream: string) => readonly Link[],
): Traversal {
  const walk = new Walk(root, depth, nodesMax, linksOf);
  if (direction !== 'down') walk.follow('up');
  if (direction !== 'up') walk.follow('down');
  walk.addMasterData();
  return walk.result();
}

class Walk {
  private readonly depths = new Map<string, number>();
  private readonly frontier = new Map<string, 'depth' | 'nodes'>();

  constructor(
    private readonly root: string,
    private readonly depthMax: number,
    private readonly nodesMax: number,
    /** asked several times for one object */
    private readonly links: (stream: string) => readonly Link[],
  ) {
    this.depths.set(root, 0);
  }

  follow(way: 'up' | 'down'): void {
    // A Map visits what is added while it is walked: this is the queue of a breadth-first search.
    for (const [stream, depth] of this.depths) {
      for (const link of this.links(stream)) {
        const leads = link.way === way || (stream === this.root && link.way === 'aside');
        if (leads) this.reach(stream, link.other, depth + 1);
      }
    }
  }

  addMasterData(): void {
    const documents = [...this.depths];
    for (const [stream, depth] of documents) {
      for (const link of this.links(stream)) {
        if (link.way === 'aside' && link.named) this.reach(stream, link.other, depth + 1);
      }
    }
  }

  result(): Traversal {
    const links = [...this.depths.keys()].flatMap((stream) =>
      this.links(stream).filter((link) => link.named && this.depths.has(link.other)),
    );
    const frontier = [...this.frontier].map(([stream, reason]) => ({ stream, reason }));
    return { depths: this.depths, links, frontier };
  }

  private reach(from: string, to: string, depth: number): void {
    if (this.depths.has(to)) return;
    if (depth > this.depthMax) this.frontier.set(from, 'depth');
    else if (this.depths.size >= this.nodesMax) this.frontier.set(from, 'nodes');
    else this.depths.set(to, depth);
  }
}
