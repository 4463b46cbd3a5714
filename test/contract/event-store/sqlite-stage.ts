import Database from 'better-sqlite3';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';
import { type LedgerStore, type StoreLimits } from '../../../src/event-store';
import { type CommitParticipant, openSqliteStore, type Sql } from '../../../src/event-store/sqlite';
import { PLANNED_CALLS, plannedCall } from '../../support/append-plan';
import { FAULTS, limitPages } from '../../support/writer-faults';
import { type Fault, type Stage, type Tampering } from './stage';
import { tamperWith } from './sqlite-tampering';

const KILL_AFTER_ACKNOWLEDGED = 300;

export interface SqliteStageOptions {
  readonly mode: 'inline' | 'worker';
  readonly workerFile: string;
  readonly childFile: string;
}

/** A ledger in a folder of its own, with the writer inline or in its thread. */
export class SqliteStage implements Stage {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tieout-contract-'));
  private readonly stores: LedgerStore[] = [];
  private readonly children: ChildProcessByStdio<null, Readable, null>[] = [];
  private readonly faults = new Int32Array(new SharedArrayBuffer(4));
  private connection: Sql | undefined;

  constructor(private readonly options: SqliteStageOptions) {}

  async open(limits: Partial<StoreLimits> = {}): Promise<LedgerStore> {
    const { folder, options, faults } = this;
    const common = { folder, ledger: 'main', limits };
    const store = await openSqliteStore(
      options.mode === 'inline'
        ? { ...common, mode: 'inline', participant: () => this.probe() }
        : { ...common, mode: 'worker', workerFile: options.workerFile, workerData: { faults } },
    );
    this.stores.push(store);
    return store;
  }

  async reopen(): Promise<LedgerStore> {
    await this.stores.at(-1)?.close();
    return this.open();
  }

  openSecond(): Promise<LedgerStore> {
    return this.open();
  }

  async readElsewhere(): Promise<readonly Uint8Array[]> {
    const db = new Database(join(this.folder, 'ledger.db'), { readonly: true });
    const entries = db
      .prepare<[], Buffer>('SELECT entry FROM event ORDER BY position')
      .pluck()
      .all();
    db.close();
    return entries;
  }

  async fault(fault: Fault): Promise<void> {
    Atomics.store(this.faults, 0, FAULTS.indexOf(fault));
    if (this.connection !== undefined) limitPages(this.connection, fault === 'full');
  }

  async tamper(tampering: Tampering): Promise<void> {
    tamperWith(join(this.folder, 'ledger.db'), tampering);
  }

  async killAppender() {
    const child = this.spawnChild('append');
    const acknowledged: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      if (line !== 'open') acknowledged.push(Number(line));
      if (acknowledged.length === KILL_AFTER_ACKNOWLEDGED) child.kill('SIGKILL');
    }
    expect(acknowledged.length).toBeLessThan(PLANNED_CALLS);
    const calls = Array.from({ length: PLANNED_CALLS }, (_, i) => plannedCall(i));
    return { calls, acknowledged };
  }

  async killHolder(whileHeld: () => Promise<void>): Promise<void> {
    const child = this.spawnChild('hold');
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect(line).toBe('open');
    await whileHeld();
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  openResources(): number {
    return this.stores.reduce((sum, store) => sum + liveWaits(store), 0);
  }

  async cleanup(): Promise<void> {
    Atomics.store(this.faults, 0, 0);
    for (const child of this.children) child.kill('SIGKILL');
    for (const store of this.stores) await store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private probe(): CommitParticipant {
    return {
      schema: '',
      open: (sql) => {
        this.connection = sql;
      },
      beforeCommit: () => undefined,
      committed: () => {},
      rolledBack: () => {},
    };
  }

  private spawnChild(task: string) {
    const { childFile, mode, workerFile } = this.options;
    const child = spawn(process.execPath, [childFile, this.folder, mode, workerFile, task], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.children.push(child);
    return child;
  }
}

/** The waits of live subscriptions; statements are never held open, since pages are read whole. */
const liveWaits = (store: LedgerStore): number =>
  (store as unknown as { events: { commits: { waiting: number } } }).events.commits.waiting;
