import { isTieoutError, storeUnavailable, TieoutError } from '../../kernel/errors';
import { bytesOf, checkAppend, refusalOf } from '../append-rules';
import {
  type AppendCall,
  type Appended,
  type AppendOutcome,
  type Expected,
  type LedgerStore,
  type NewEvent,
  type Placed,
  type Position,
  type Revision,
  STORE_LIMITS,
  type StoreLimits,
} from '../port';
import { type CommitNotice, type CommitParticipantFactory } from './commit-participant';
import { storeFailure } from './failures';
import { ledgerPath } from './ledger-file';
import { openSqlite } from './open-sqlite';
import { type Settings } from './pragmas';
import { type Sql } from './sql';
import { sqlitePositions } from './sqlite-positions';
import { type LedgerReader, SqliteReader } from './sqlite-reader';
import { WorkerLink } from './worker-link';
import { Writer } from './writer';
import { InlineLink, type WriterEvents, type WriterLink } from './writer-link';

export interface SqliteStoreOptions {
  /** folder of the ledger: `ledger.db` and `writer.lock`; made if missing */
  readonly folder: string;
  readonly ledger: string;
  /** inline mode: takes part in each commit; in worker mode the worker file makes its own from `workerData` */
  readonly participant?: CommitParticipantFactory;
  readonly mode: 'inline' | 'worker';
  /** built JavaScript of `src/writer.worker.ts` */
  readonly workerFile?: string;
  /** handed to the worker file's participant factory; structured-cloneable */
  readonly workerData?: unknown;
  readonly limits?: Partial<StoreLimits>;
}

export interface SqliteStore extends LedgerStore {
  /** Called after each commit, before its appends are answered. A listener must not throw. */
  onCommit(listener: (notice: CommitNotice) => void): void;
  /** Asked before each append for what has to come first; an append waits only when it is told to. */
  beforeAppend(gate: (streams: readonly string[]) => Promise<void> | undefined): void;
  /** The store's read-only connection. Never held over an await by an open iteration. */
  reader(): Sql;
  /** path of `ledger.db` */
  readonly path: string;
  /** pragmas of the writing connection as SQLite says they are */
  readonly settings: Settings;
}

/**
 * Opens or makes the ledger of a folder.
 *
 * @throws TieoutError `store-unavailable` reason `locked` when another process holds it; `store-corrupt` when an opening
 *   check fails; `configuration` when the file belongs to another ledger
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const limits = { ...STORE_LIMITS, ...options.limits };
  const listeners = new StoreListeners();
  const link = await openLink(options, limits, listeners);
  try {
    return new LedgerOnSqlite(options.folder, limits, link, listeners);
  } catch (error) {
    await link.close();
    throw storeFailure(error) ?? error;
  }
}

/**
 * Opens only the reading half, for a thread or a tool beside the writer.
 *
 * @param found told of a finding before it is thrown; the store in another thread can be halted with it
 * @throws the driver's error when there is no ledger in the folder
 */
export function openSqliteReader(
  folder: string,
  found: (finding: TieoutError) => void = () => {},
): LedgerReader {
  return new SqliteReader(openSqlite(ledgerPath(folder), { readonly: true }), found);
}

async function openLink(
  options: SqliteStoreOptions,
  limits: StoreLimits,
  events: WriterEvents,
): Promise<WriterLink> {
  const { folder, ledger, participant, workerFile, workerData } = options;
  if (options.mode === 'inline') {
    return new InlineLink(Writer.open({ folder, ledger, participant }), events);
  }
  if (workerFile === undefined) throw new TypeError('worker mode needs the worker file');
  const data = { folder, ledger, data: workerData };
  return WorkerLink.open({ workerFile, data, deadlineMs: limits.appendDeadlineMs }, events);
}

/** What the writer says reaches the store through this, since the writer is opened first. */
class StoreListeners implements WriterEvents {
  readonly notices: ((notice: CommitNotice) => void)[] = [];
  finding: TieoutError | undefined;

  committed(notice: CommitNotice): void {
    for (const listener of this.notices) listener(notice);
  }

  halted(finding: TieoutError): void {
    this.finding ??= finding;
  }
}

class LedgerOnSqlite implements SqliteStore {
  readonly positions = sqlitePositions;
  readonly path: string;
  private readonly events: SqliteReader;
  private readonly started = new Set<Promise<unknown>>();
  private queuedBytes = 0;
  private gate: ((streams: readonly string[]) => Promise<void> | undefined) | undefined;
  private ended: Promise<void> | undefined;

  constructor(
    folder: string,
    private readonly limits: StoreLimits,
    private readonly link: WriterLink,
    private readonly listeners: StoreListeners,
  ) {
    this.path = ledgerPath(folder);
    this.events = new SqliteReader(openSqlite(this.path, { readonly: true }), (finding) =>
      this.halt(finding),
    );
    this.onCommit(() => this.events.notify());
  }

  get finding(): TieoutError | undefined {
    return this.listeners.finding;
  }

  get settings(): Settings {
    return this.link.settings;
  }

  async append(stream: string, expected: Expected, events: readonly NewEvent[]): Promise<Appended> {
    checkAppend(stream, expected, events, this.limits);
    const [outcome] = await this.send([{ stream, expected, events }]);
    if (outcome === undefined) throw new TypeError('an append has an outcome');
    if (!outcome.ok) throw outcome.error;
    return { revision: outcome.revision, position: outcome.position };
  }

  async appendEach(appends: readonly AppendCall[]): Promise<readonly AppendOutcome[]> {
    const refused = appends.map((append) => refusalOf(append, this.limits));
    const good = appends.filter((_, i) => refused[i] === undefined);
    const outcomes = (await this.sendOrRefuse(good)).values();
    return refused.map((error) => {
      if (error !== undefined) return { ok: false, error };
      const { value } = outcomes.next();
      if (value === undefined) throw new TypeError('an append has an outcome');
      return value;
    });
  }

  private async sendOrRefuse(appends: readonly AppendCall[]): Promise<readonly AppendOutcome[]> {
    if (appends.length === 0) return [];
    try {
      return await this.send(appends);
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      return appends.map(() => ({ ok: false, error }));
    }
  }

  /** @throws TieoutError `store-unavailable`, with nothing sent */
  private async send(appends: readonly AppendCall[]): Promise<readonly AppendOutcome[]> {
    const bytes = appends.reduce((sum, append) => sum + bytesOf(append), 0);
    this.assertWritable(bytes);
    const gate = this.gate?.(appends.map(({ stream }) => stream));
    if (gate !== undefined) {
      await gate;
      this.assertWritable(bytes);
    }
    const sent = this.link.send(appends);
    this.queuedBytes += bytes;
    this.started.add(sent);
    const outcomes = await sent;
    this.started.delete(sent);
    this.queuedBytes -= bytes;
    return outcomes.map((outcome) =>
      outcome.ok
        ? { ok: true, revision: outcome.revision, position: sqlitePositions.at(outcome.sequence) }
        : outcome,
    );
  }

  private assertWritable(bytes: number): void {
    if (this.ended !== undefined) throw storeUnavailable('closed', 'The store is closed.');
    if (this.finding !== undefined) {
      const detail = `The ledger is halted: ${this.finding.message}`;
      throw new TieoutError(
        'store-unavailable',
        detail,
        { ...this.finding.members, reason: 'read-only' },
        { cause: this.finding },
      );
    }
    if (this.queuedBytes + bytes > this.limits.queueBytesMax) {
      throw storeUnavailable('busy', 'Too many appends wait for the writer. Send it again later.');
    }
  }

  readStream(stream: string, from?: Revision, limit?: number) {
    return this.events.readStream(stream, from, limit);
  }

  readAll(after?: Position, limit?: number) {
    return this.events.readAll(after, limit);
  }

  subscribe(after: Position | undefined, signal: AbortSignal) {
    return this.events.subscribe(after, signal);
  }

  head(): Promise<Position | undefined> {
    return this.events.head();
  }

  find(ids: readonly string[]): Promise<ReadonlyMap<string, Placed>> {
    return this.events.find(ids);
  }

  beforeAppend(gate: (streams: readonly string[]) => Promise<void> | undefined): void {
    this.gate = gate;
  }

  onCommit(listener: (notice: CommitNotice) => void): void {
    this.listeners.notices.push(listener);
  }

  reader(): Sql {
    return this.events.sql;
  }

  halt(finding: TieoutError): void {
    if (!isTieoutError(finding)) throw new TypeError('a finding is a TieoutError');
    this.listeners.halted(finding);
  }

  close(): Promise<void> {
    this.ended ??= this.end();
    return this.ended;
  }

  /** The link commits what was sent before it closes; then every started append is answered. */
  private async end(): Promise<void> {
    await this.link.close();
    await Promise.all(this.started);
    this.events.close();
  }
}
