import { join } from 'node:path';
import { type Entry } from '../kernel/entry';
import { TieoutError } from '../kernel/errors';
import { ledgerSchemaDifferences, openSqlite, type Sql } from '../event-store/sqlite';
import { type CheckReport, Findings } from './check-report';
import { CheckTrust, type TrustOptions } from './check-trust';
import { DAMAGED, isDamage, orDamaged } from './damaged-page';
import { readEntry } from './entry-check';
import { KEYS_STREAM } from './founding-names';
import { type BlockThreads, checkedBlocks } from './fsck-blocks';
import { type CheckedCheckpoint } from './fsck-block-work';
import { FsckPass } from './fsck-pass';
import { type KeptNote } from './kept-checkpoints';
import { SEALING_TABLES } from './sealing.sql';
import { StoreRows } from './store-rows';
import { vouchedRoots } from './vouched-roots';

export interface StoreCheckOptions extends TrustOptions {
  /** folder with `ledger.db`, named in the report */
  readonly folder: string;
  /** another copy of entries, to name the field that was changed */
  readonly secondCopy?: (index: number) => Uint8Array | undefined;
  /** also print values of entries */
  readonly showValues?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  readonly beside?: BesideCheck | undefined;
  /**
   * The ledger is in service and stays so: no snapshot is held, which would keep its WAL from being cut, and what changes
   * with every commit is left out. Waited for after each block.
   */
  readonly pace?: (places: number) => Promise<void>;
  /** undefined checks in this thread */
  readonly threads?: BlockThreads;
}

const SMALL_TABLES = `
  SELECT (SELECT count(*) FROM writer) AS epochs, (SELECT max(epoch) FROM writer) AS lastEpoch,
         (SELECT min(epoch) FROM writer) AS firstEpoch, (SELECT count(*) FROM stream) AS streams,
         (SELECT count(*) FROM meta) AS meta,
         (SELECT count(*) FROM meta WHERE name GLOB 'addition/*' AND value = '1') AS additions,
         (SELECT count(*) FROM meta WHERE (name = 'format' AND value = '1') OR (name = 'ledger' AND value <> '')
             OR (name = 'store' AND length(value) = 32 AND value NOT GLOB '*[^0-9a-f]*')) AS goodMeta,
         (SELECT count(*) FROM pragma_application_id, pragma_user_version
           WHERE application_id = 0x5449454f AND user_version = 1) AS header`;

type SmallTables = Record<
  'epochs' | 'lastEpoch' | 'firstEpoch' | 'streams' | 'meta' | 'additions' | 'goodMeta' | 'header',
  bigint | null
>;

/** What stands beside a ledger's file and is checked with it. */
export interface BesideCheck {
  /** before the walk: checkpoints that were kept elsewhere */
  kept(): Iterable<KeptNote>;
  /** entries of the ledger's own streams, entries with commitments, and those that say what was erased; in order */
  entry(entry: Entry, index: number): void;
  /** after the walk */
  end(tell: { readonly findings: Findings; note(text: string): void }): Promise<void>;
}

const TABLES = ['event', 'stream', 'checkpoint', 'tile', 'right_edge'];
const HAS_TABLE = `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = :name`;

/**
 * Checks an embedded store: schema, pages, every entry, chain, column, tile and signature, and the root of every kept
 * checkpoint. Trusts no column, index, trigger or tile, and goes on after a finding. A file that cannot be opened any more
 * is a finding too.
 *
 * @param folder with `ledger.db`
 * @throws TieoutError `configuration` when the file is no ledger
 */
export async function checkStoreFolder(
  folder: string,
  options: Omit<StoreCheckOptions, 'folder'> = {},
): Promise<CheckReport> {
  const findings = new Findings();
  let sql: Sql | undefined;
  try {
    sql = openSqlite(join(folder, 'ledger.db'), { readonly: true });
    // One snapshot, so that a ledger in service can be checked.
    if (options.pace === undefined) sql.exec('BEGIN');
    return await new StoreCheck(sql, { ...options, folder }, findings).run();
  } catch (error) {
    if (!isDamage(error)) throw error;
    const detail = `The file cannot be read (${String((error as { code?: unknown }).code)}).`;
    findings.add({ code: 'store-damaged', file: 'ledger.db', detail });
    return new CheckTrust(options, findings).report({ subject: folder, isFinished: true });
  } finally {
    sql?.close();
  }
}

class StoreCheck {
  private readonly trust: CheckTrust;
  private pass: FsckPass | undefined;

  constructor(
    private readonly sql: Sql,
    private readonly options: StoreCheckOptions,
    private readonly findings: Findings,
  ) {
    this.trust = new CheckTrust(options, findings);
  }

  async run(): Promise<CheckReport> {
    const { folder: subject } = this.options;
    if (!this.checkFile()) return this.trust.report({ subject, isFinished: false });
    const rows = new StoreRows(this.sql);
    const [first] = rows.copies(0, 1);
    this.trust.readFounding(first?.entry && readEntry(first.entry).entry);
    for (const { index, entry } of rows.streamEntries(KEYS_STREAM))
      this.trust.noteOwn(index, entry);
    this.trust.endKeys();
    for (const kept of this.options.beside?.kept() ?? []) this.trust.addKept(kept);
    const isFinished = await this.walk(rows);
    if (isFinished) {
      this.checkEnd(rows);
      await this.options.beside?.end({
        findings: this.findings,
        note: (text) => this.trust.note(text),
      });
    }
    const { pass } = this;
    const size = rows.last?.size ?? 0;
    const checked = { ...pass?.checked, streams: pass?.chains.streamCount ?? 0 };
    return this.trust.report({ subject, isFinished, size, checked });
  }

  /** @returns false when a table is gone, so that the rows cannot be walked */
  private checkFile(): boolean {
    const { sql, findings } = this;
    const missing = TABLES.filter((name) => sql.get(HAS_TABLE, { name }) === undefined);
    if (missing.length === TABLES.length) {
      throw new TieoutError('configuration', `There is no ledger in ${this.options.folder}.`);
    }
    for (const name of ledgerSchemaDifferences(sql, SEALING_TABLES)) {
      const detail = `${name} is missing, changed or not ours in the schema.`;
      findings.add({ code: 'schema-changed', file: 'ledger.db', detail });
    }
    if (this.options.pace !== undefined) return missing.length === 0;
    const damages = orDamaged(() => damagesOf(sql));
    const told = Array.isArray(damages) ? damages : ['The pages cannot be read.'];
    for (const detail of told) findings.add({ code: 'store-damaged', file: 'ledger.db', detail });
    return missing.length === 0;
  }

  /** @returns false when it was stopped */
  private async walk(rows: StoreRows): Promise<boolean> {
    const { options, findings, trust } = this;
    const { onProgress, signal, threads, secondCopy, showValues, beside } = options;
    const total = rows.places;
    const vouched = trust.isSigned(rows.last) ? vouchedRoots(rows, rows.last.root) : undefined;
    const pass = new FsckPass({
      ...{ copy: rows, findings, vouched, secondCopy, showValues },
      rootsWantedAt: trust.rootsWantedAt,
      isLive: options.pace !== undefined,
      onCheckpoint: (checkpoint) => this.judge(rows, checkpoint),
      onOwn: (index, bytes) => {
        const { entry } = beside === undefined ? {} : readEntry(bytes);
        if (entry !== undefined) beside?.entry(entry, index);
      },
    });
    this.pass = pass;
    const path = join(options.folder, 'ledger.db');
    const keepsCommitted = beside !== undefined;
    const data = { copy: { kind: 'store', path }, vkeys: trust.vkeys, keepsCommitted } as const;
    for await (const block of checkedBlocks(data, { from: 0, places: total }, threads)) {
      pass.accept(block);
      onProgress?.(pass.checked.entries, total);
      await options.pace?.(block.count);
      if (signal?.aborted !== true) continue;
      trust.note(`Stopped at index ${pass.checked.entries} of ${total}.`);
      return false;
    }
    pass.end();
    return true;
  }

  /** The lines of a checkpoint: its row's, which its thread has verified, and those beside it. */
  private judge(rows: StoreRows, { size, root, keyId, isSigned }: CheckedCheckpoint): void {
    const isLast = size === rows.last?.size;
    if (isSigned === undefined) return;
    if (isSigned && !this.trust.hasManyKeys && !isLast) return;
    const lines = rows.linesOf(size, this.trust.name);
    const isGood = this.trust.judge({ size, root, lines }, { isKept: true, isLast });
    if (!isGood || isSigned) return;
    const detail = `The checkpoint of size ${size} is not signed by a key of this log (key id ${keyId}).`;
    this.findings.add({ code: 'checkpoint-signature', index: size - 1, detail });
  }

  private checkEnd(rows: StoreRows): void {
    const { findings, trust, pass } = this;
    const { counts, damagedAt } = rows;
    const size = rows.last?.size ?? 0;
    if (pass === undefined) return;
    if (size > counts.last) {
      const detail = `The last checkpoint covers ${size} events, the store has ${counts.last}.`;
      findings.add({ code: 'log-short', index: counts.last, detail });
    }
    if (
      (counts.extra > 0 && this.options.pace === undefined) ||
      (rows.last === undefined && counts.events > 0)
    ) {
      const extra = rows.last === undefined ? counts.events : counts.extra;
      const detail = `${extra} events stand behind the last checkpoint: nobody signed them.`;
      findings.add({ code: 'store-extra', index: size, detail });
    }
    for (const index of damagedAt) {
      const detail = 'The row stands on a page that cannot be read.';
      findings.add({ code: 'store-damaged', index, file: 'ledger.db', detail });
    }
    this.checkIds(rows, pass);
    if (this.options.pace === undefined) {
      this.checkSmallTables(pass.chains.streamCount);
      this.checkTilesEnd(rows, pass);
    }
    trust.compareSeen({ size, rootAt: (at) => pass.roots.get(at) });
    trust.checkQuorum(size);
    trust.checkOrigin();
    trust.checkAge(pass.newest);
  }

  /** Tables without a counterpart in the entries: what they must be anyway. */
  private checkSmallTables(streams: number): void {
    const tell = (detail: string): void =>
      this.findings.add({ code: 'store-damaged', file: 'ledger.db', detail });
    const row = orDamaged(() => this.sql.get<SmallTables>(SMALL_TABLES));
    if (row === DAMAGED || row === undefined) return;
    if (row.epochs !== row.lastEpoch || (row.firstEpoch ?? 1n) !== 1n)
      tell('The numbers of the openings in the table writer have a gap.');
    if (row.goodMeta !== 3n || row.meta !== 3n + (row.additions ?? 0n))
      tell('The table meta does not hold a format, a ledger and a store id.');
    if (row.header !== 1n) tell('The header of the file is not that of a ledger.');
    if (row.streams === BigInt(streams)) return;
    const detail = `There are ${row.streams} streams, ${streams} have events.`;
    this.findings.add({ code: 'store-extra', file: 'ledger.db', detail });
  }

  private checkIds(rows: StoreRows, pass: FsckPass): void {
    if (!pass.ids.hasRepeats()) return;
    for (const index of rows.repeatedIds()) {
      const [place] = rows.copies(index, index + 1);
      pass.repeats.tell(index, place?.entry && readEntry(place.entry).entry?.id);
    }
  }

  private checkTilesEnd(rows: StoreRows, pass: FsckPass): void {
    const { findings } = this;
    if (rows.counts.tiles > pass.checked.tiles) {
      const detail = `There are ${rows.counts.tiles} tiles, ${pass.checked.tiles} follow from the entries.`;
      findings.add({ code: 'tile-mismatch', file: 'ledger.db', detail });
    }
    if (rows.counts.checkpoints > pass.checked.checkpoints && rows.places === rows.last?.size) {
      const detail = `There are ${rows.counts.checkpoints} checkpoints, ${pass.checked.checkpoints} end a commit.`;
      findings.add({ code: 'checkpoint-inconsistent', file: 'ledger.db', detail });
    }
    if (pass.lastEdge === undefined) return;
    const stored = orDamaged(() => rows.rightEdge());
    const isSame =
      typeof stored === 'object' &&
      stored.size === rows.last?.size &&
      Buffer.compare(stored.hashes, pass.lastEdge) === 0;
    if (isSame) return;
    const detail = 'The stored right edge does not follow from the entries.';
    findings.add({ code: 'tile-mismatch', file: 'ledger.db', detail });
  }
}

/** What SQLite says about its own pages; empty when it finds nothing. */
const damagesOf = (sql: Sql): string[] =>
  sql
    .all<{ integrity_check: string }>('PRAGMA integrity_check(20)')
    .map((row) => row.integrity_check)
    .filter((text) => text !== 'ok');
