import { type TieoutError } from '../../kernel/errors';
import { type Expected, type NewEvent } from '../port';
import { pack, packedSize, unpack } from './append-packet';
import { type CommitNotice } from './commit-participant';
import { GroupCommit } from './group-commit';
import { type Outcome } from './group';
import { type Settings } from './pragmas';
import { ownLeaves } from './worker-protocol';
import { type Writer } from './writer';

export interface AppendCall {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: readonly NewEvent[];
}

/** The way from the store to its writer. */
export interface WriterLink {
  /** the writing connection's pragmas as SQLite says they are */
  readonly settings: Settings;
  /** Copies the append before it returns. Always resolves. */
  send(append: AppendCall): Promise<Outcome>;
  /** Commits what was sent, then closes the file and frees the lock. */
  close(): Promise<void>;
}

/** What the writer tells beside its outcomes, always before them. */
export interface WriterEvents {
  committed(notice: CommitNotice): void;
  halted(finding: TieoutError): void;
}

/** The writer in the caller's own thread: each fsync stops it. For tests and small tools. */
export class InlineLink implements WriterLink {
  readonly settings: Settings;
  private readonly commits: GroupCommit<(outcome: Outcome) => void>;

  constructor(
    private readonly writer: Writer,
    private readonly events: WriterEvents,
  ) {
    this.settings = writer.settings;
    this.commits = new GroupCommit(writer, ({ outcomes, notice }, tickets) => {
      if (notice !== undefined) this.events.committed(ownLeaves(notice));
      if (writer.finding !== undefined) this.events.halted(writer.finding);
      outcomes.forEach((outcome, i) => tickets[i]?.(outcome));
    });
  }

  send(append: AppendCall): Promise<Outcome> {
    const packet = Buffer.allocUnsafe(packedSize(append.stream, append.events));
    pack(packet, 0, append);
    return new Promise((resolve) => {
      for (const packed of unpack(packet)) this.commits.push(packed, resolve);
    });
  }

  async close(): Promise<void> {
    this.commits.flush();
    this.writer.close();
  }
}
