import { type Entry } from '../kernel/entry';
import { hex } from '../kernel/hash';
import { type Finding } from './check-report';

/** The last event of a stream so far. */
export interface StreamEnd {
  readonly revision: number;
  /** undefined when that event is itself a finding: what follows it is not judged by it */
  readonly leaf: Uint8Array | undefined;
  readonly index: number;
}

/** Where the ends of streams are kept. */
export interface StreamEnds {
  readonly size: number;
  names(): IterableIterator<string>;
  get(stream: string): StreamEnd | undefined;
  set(stream: string, end: StreamEnd): void;
  /** Highest contract version so far of a kind of event in a stream; 0 for none. */
  contract(stream: string, kind: string): number;
  setContract(stream: string, kind: string, contract: number): void;
}

/**
 * Follows every stream through a log in order: revisions without gap, each `prev` the leaf before, contract versions that
 * do not fall.
 */
export class StreamChains {
  constructor(private readonly ends: StreamEnds = new MapOfEnds()) {}

  /**
   * @param leaf of the entry; undefined when it is not the one that the log vouches for, so that one bad entry is one finding
   * @returns findings at this entry, without a file or line
   */
  next(entry: Entry, leaf: Uint8Array | undefined, index: number): Finding[] {
    const { stream, revision } = entry;
    const end = this.ends.get(stream);
    const findings = this.findingsOf(entry, end).map((f) => ({ stream, revision, index, ...f }));
    const kind = kindOf(entry);
    if (entry.contract > this.ends.contract(stream, kind)) {
      this.ends.setContract(stream, kind, entry.contract);
    }
    this.ends.set(stream, { revision: Math.max(revision, end?.revision ?? -1), leaf, index });
    return findings;
  }

  /**
   * An event whose bytes cannot be read, by what still shows its place: its successors are then no gap.
   *
   * @param leaf as the log vouches for it, where that is known
   */
  unreadable(stream: string, revision: number, index: number, leaf?: Uint8Array): void {
    const end = this.ends.get(stream);
    if (revision !== (end === undefined ? 0 : end.revision + 1)) return;
    this.ends.set(stream, { revision, leaf, index });
  }

  /** Events followed of a stream: its last revision and one. */
  lengthOf(stream: string): number {
    return (this.ends.get(stream)?.revision ?? -1) + 1;
  }

  /** Leaf of the last event followed of a stream, hex; undefined when there is none that the log vouches for. */
  lastLeafOf(stream: string): string | undefined {
    const leaf = this.ends.get(stream)?.leaf;
    return leaf && hex(leaf);
  }

  get streams(): IterableIterator<string> {
    return this.ends.names();
  }

  get streamCount(): number {
    return this.ends.size;
  }

  private findingsOf(entry: Entry, end: StreamEnd | undefined): Finding[] {
    const due = end === undefined ? 0 : end.revision + 1;
    if (entry.revision < due) {
      return [{ code: 'stream-duplicate', detail: `Revision ${entry.revision} stands twice.` }];
    }
    if (entry.revision > due) {
      const missing = entry.revision - 1 === due ? `${due}` : `${due} to ${entry.revision - 1}`;
      return [
        {
          code: 'stream-gap',
          detail: `Before this event revision ${missing} is missing.`,
          expected: `revision ${due}`,
          actual: `revision ${entry.revision}`,
        },
      ];
    }
    const findings: Finding[] = [];
    const leaf = end?.leaf && hex(end.leaf);
    if (leaf !== undefined && entry.prev !== leaf) {
      findings.push({
        code: 'prev-mismatch',
        detail: `It does not follow the event at index ${end?.index}.`,
        pointer: '/prev',
        expected: leaf,
        actual: entry.prev ?? 'none',
      });
    }
    const known = this.ends.contract(entry.stream, kindOf(entry));
    if (entry.contract < known) {
      findings.push({
        code: 'contract-downgrade',
        detail: `Contract version ${entry.contract} comes after ${known}.`,
        pointer: '/contract',
      });
    }
    return findings;
  }
}

/** Names a kind of event within a stream: type, space, source system. */
export const kindOf = (entry: Entry): string => `${entry.type} ${entry.source.system}`;

class MapOfEnds implements StreamEnds {
  private readonly ends = new Map<string, StreamEnd>();
  private readonly contracts = new Map<string, number>();

  get size(): number {
    return this.ends.size;
  }

  names(): IterableIterator<string> {
    return this.ends.keys();
  }

  get(stream: string): StreamEnd | undefined {
    return this.ends.get(stream);
  }

  set(stream: string, end: StreamEnd): void {
    this.ends.set(stream, end);
  }

  contract(stream: string, kind: string): number {
    return this.contracts.get(`${stream} ${kind}`) ?? 0;
  }

  setContract(stream: string, kind: string, contract: number): void {
    this.contracts.set(`${stream} ${kind}`, contract);
  }
}
