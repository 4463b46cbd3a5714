import { type Entry } from '../kernel/entry';
import { hex } from '../kernel/hash';
import { type Finding } from './check-report';

interface StreamEnd {
  revision: number;
  /** undefined when that event is itself a finding: what follows it is not judged by it */
  leaf: string | undefined;
  index: number;
  /** highest contract version by type and source system */
  readonly contracts: Map<string, number>;
}

/**
 * Follows every stream through a log in order: revisions without gap, each `prev` the leaf before, contract versions that
 * do not fall.
 */
export class StreamChains {
  private readonly ends = new Map<string, StreamEnd>();

  /**
   * @param leaf of the entry; undefined when it is not the one that the log vouches for, so that one bad entry is one finding
   * @returns findings at this entry, without a file or line
   */
  next(entry: Entry, leaf: Uint8Array | undefined, index: number): Finding[] {
    const { stream, revision } = entry;
    const end = this.ends.get(stream);
    const findings = this.findingsOf(entry, end).map((f) => ({ stream, revision, index, ...f }));
    const contracts = end?.contracts ?? new Map<string, number>();
    const kind = kindOf(entry);
    contracts.set(kind, Math.max(contracts.get(kind) ?? 0, entry.contract));
    const reached = Math.max(revision, end?.revision ?? -1);
    this.ends.set(stream, { revision: reached, leaf: leaf && hex(leaf), index, contracts });
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
    const contracts = end?.contracts ?? new Map<string, number>();
    this.ends.set(stream, { revision, leaf: leaf && hex(leaf), index, contracts });
  }

  /** Events followed of a stream: its last revision and one. */
  lengthOf(stream: string): number {
    return (this.ends.get(stream)?.revision ?? -1) + 1;
  }

  get streams(): IterableIterator<string> {
    return this.ends.keys();
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
    if (end?.leaf !== undefined && entry.prev !== end.leaf) {
      findings.push({
        code: 'prev-mismatch',
        detail: `It does not follow the event at index ${end.index}.`,
        pointer: '/prev',
        expected: end.leaf,
        actual: entry.prev ?? 'none',
      });
    }
    const known = end?.contracts.get(kindOf(entry)) ?? 0;
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

const kindOf = (entry: Entry): string => `${entry.type} ${entry.source.system}`;
