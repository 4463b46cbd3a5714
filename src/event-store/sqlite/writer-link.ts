import { type TieoutError } from '../../kernel/errors';
import { type AppendCall } from '../port';
import { packed, unpack } from './append-packet';
import { type CommitNotice } from './commit-participant';
import { GroupCommit } from './group-commit';
import { type Outcome } from './group';
import { type Settings } from './pragmas';
import { type Writer } from './writer';

/** The way from the store to its writer. */
export interface WriterLink {
  /** the writing connection's pragmas as SQLite says they are */
  readonly settings: Settings;
  /** Copies the appends before it returns. Always resolves, with an outcome for each. */
  send(appends: readonly AppendCall[]): Promise<readonly Outcome[]>;
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
      if (notice !== undefined) this.events.committed(notice);
      if (writer.finding !== undefined) this.events.halted(writer.finding);
      outcomes.forEach((outcome, i) => tickets[i]?.(outcome));
    });
  }

  send(appends: readonly AppendCall[]): Promise<readonly Outcome[]> {
    const taken = unpack(packed(appends));
    return Promise.all(
      taken.map((append) => new Promise<Outcome>((resolve) => this.commits.push(append, resolve))),
    );
  }

  async close(): Promise<void> {
    this.commits.flush();
    this.writer.close();
  }
}
