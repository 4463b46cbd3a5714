import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { TieoutError } from '../kernel/errors';
import { ledgerSchemaDifferences, openSqlite, type Sql } from '../event-store/sqlite';
import { type CheckReport, type CheckResult, Findings } from './check-report';
import { openCheckpoint } from './checkpoint';
import { readEntry } from './entry-check';
import { findingOf } from './findings';
import { LEDGER_CREATED } from './founding-names';
import { type Policy } from './policy-file';
import { SEALING_TABLES } from './sealing.sql';
import { type SignedCheckpoint } from './signed-checkpoint';
import { StorePass } from './store-pass';
import { StoreRows } from './store-rows';
import { readVkey, type VerifierKey } from './vkey';

export interface StoreCheckOptions {
  /** a read-only connection of its own to `ledger.db` */
  readonly sql: Sql;
  /** named in the report: the folder */
  readonly subject: string;
  /** keys from outside; without it the ledger is checked against its own founding, and is at best consistent with itself */
  readonly policy?: Policy;
  /** a signed checkpoint that was kept */
  readonly lastSeen?: string;
  /** another copy of entries, to name the field that was changed */
  readonly secondCopy?: (index: number) => Uint8Array | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Rows between two looks at the clock, the signal and other work. */
const ROWS_AT_ONCE = 500;

/**
 * Checks an embedded store: schema, pages, every entry, chain, column, tile and signature, and the root of every kept
 * checkpoint. Trusts no column, index, trigger or tile, and goes on after a finding.
 *
 * @throws TieoutError `configuration` when the file is no ledger
 */
export async function checkStore(options: StoreCheckOptions): Promise<CheckReport> {
  // One snapshot, so that a ledger in service can be checked.
  options.sql.exec('BEGIN');
  const report = await new StoreCheck(options).run();
  options.sql.exec('COMMIT');
  return report;
}

/**
 * As `checkStore`, on the ledger of a folder. A file that cannot be opened any more is a finding too.
 *
 * @param folder with `ledger.db`
 */
export async function checkStoreFolder(
  folder: string,
  options: Omit<StoreCheckOptions, 'sql' | 'subject'> = {},
): Promise<CheckReport> {
  let sql: Sql | undefined;
  try {
    sql = openSqlite(join(folder, 'ledger.db'), { readonly: true });
    return await checkStore({ ...options, sql, subject: folder });
  } catch (error) {
    return damagedReport(folder, error);
  } finally {
    sql?.close();
  }
}

/** @throws the error again, unless the driver says that the file is damaged or cannot be read */
function damagedReport(subject: string, error: unknown): CheckReport {
  const code = String((error as { code?: unknown }).code);
  if (!DAMAGED.test(code)) throw error;
  const findings = [
    { code: 'store-damaged', detail: `The file cannot be read (${code}).` },
  ] as const;
  const [first] = findings;
  return {
    ...{ result: 'failed', subject, checked: {}, first, findings, findingCount: 1 },
    ...{ warnings: [], notes: [] },
  };
}

const DAMAGED = /^SQLITE_(CORRUPT|NOTADB|IOERR|FORMAT)/u;

class StoreCheck {
  private readonly findings = new Findings();
  private readonly notes: string[] = [];
  private readonly rows: StoreRows;
  private isAnchored = true;
  private counts = { events: 0, tiles: 0, size: 0, last: 0 };

  constructor(private readonly options: StoreCheckOptions) {
    this.rows = new StoreRows(options.sql);
  }

  async run(): Promise<CheckReport> {
    if (!this.checkFile()) return this.report({ isFinished: false });
    this.counts = this.rows.counts();
    const { origin, key } = this.readKey();
    const seen = this.readLastSeen(key);
    const { secondCopy } = this.options;
    const pass = new StorePass(this.rows, this.findings, {
      key,
      rootWantedAt: seen?.size,
      ...(secondCopy === undefined ? {} : { secondCopy }),
    });
    const isFinished = await this.walk(pass);
    if (isFinished) this.checkEnd(pass, seen, key);
    const { size } = this.counts;
    const checked = { ...pass.checked, streams: pass.chains.streamCount };
    return this.report({ isFinished, size, checked, ...(origin === undefined ? {} : { origin }) });
  }

  /** @returns false when a table is gone, so that the rows cannot be walked */
  private checkFile(): boolean {
    const { sql, subject } = this.options;
    const missing = TABLES.filter((name) => !this.hasTable(name));
    if (missing.length === TABLES.length) {
      throw new TieoutError('configuration', `There is no ledger in ${subject}.`);
    }
    for (const name of ledgerSchemaDifferences(sql, SEALING_TABLES)) {
      const detail = `${name} is missing, changed or not ours in the schema.`;
      this.findings.add({ code: 'schema-changed', detail });
    }
    for (const detail of this.rows.damages()) this.findings.add({ code: 'store-damaged', detail });
    return missing.length === 0;
  }

  private hasTable(name: string): boolean {
    return this.options.sql.get(HAS_TABLE, { name }) !== undefined;
  }

  /** The key from outside; else the one of the founding, which a forger could have written. */
  private readKey(): { origin: string | undefined; key: VerifierKey | undefined } {
    const { policy } = this.options;
    const [first] = this.rows.events();
    const founding = first?.index === 0 ? readEntry(first.entry).entry : undefined;
    const origin = founding?.type === LEDGER_CREATED ? founding.data['origin'] : undefined;
    const named = typeof origin === 'string' ? origin : undefined;
    if (policy !== undefined) {
      const key = policy.logs.find((log) => log.name === named);
      if (key === undefined) {
        const detail = `The log says it is ${String(named)}, which the policy does not name.`;
        this.findings.add({ code: 'checkpoint-origin', index: 0, detail });
      }
      if (policy.quorum !== 'none')
        this.unanchored(`The policy asks for ${policy.quorum}; a store keeps no witness lines.`);
      return { origin: named, key: key ?? policy.logs[0] };
    }
    this.unanchored(
      'Without a policy the key is the one in the ledger itself: it is consistent with itself, no more.',
    );
    const vkey = founding?.data['vkey'];
    try {
      return { origin: named, key: typeof vkey === 'string' ? readVkey(vkey) : undefined };
    } catch (error) {
      this.findings.add({ ...findingOf(error), index: 0 });
      return { origin: named, key: undefined };
    }
  }

  private unanchored(note: string): void {
    this.isAnchored = false;
    this.notes.push(note);
  }

  private readLastSeen(key: VerifierKey | undefined): SignedCheckpoint | undefined {
    const { lastSeen } = this.options;
    if (lastSeen === undefined || key === undefined) return undefined;
    try {
      return openCheckpoint(lastSeen, key);
    } catch (error) {
      const finding = findingOf(error);
      this.findings.add({ ...finding, detail: `The checkpoint seen earlier: ${finding.detail}` });
      return undefined;
    }
  }

  /** @returns false when it was stopped or the file cannot be read further */
  private async walk(pass: StorePass): Promise<boolean> {
    const { onProgress, signal } = this.options;
    const total = this.counts.events;
    try {
      for (const done of pass.run()) {
        if (done % ROWS_AT_ONCE !== 0) continue;
        onProgress?.(done, total);
        if (signal?.aborted === true) {
          this.notes.push(`Stopped at index ${done} of ${total}.`);
          return false;
        }
        await setImmediate();
      }
      onProgress?.(total, total);
      return true;
    } catch (error) {
      const code = String((error as { code?: unknown }).code);
      if (!DAMAGED.test(code)) throw error;
      const detail = `The file cannot be read behind index ${pass.checked.entries} (${code}).`;
      this.findings.add({ code: 'store-damaged', index: pass.checked.entries, detail });
      return false;
    }
  }

  private checkEnd(
    pass: StorePass,
    seen: SignedCheckpoint | undefined,
    key: VerifierKey | undefined,
  ): void {
    const { counts } = this;
    if (counts.size > counts.last) {
      const detail = `The last checkpoint covers ${counts.size} events, the store has ${counts.last}.`;
      this.findings.add({ code: 'log-short', index: counts.last, detail });
    }
    for (const index of this.rows.repeatedIds()) {
      const detail = 'Its id stands at an earlier index too.';
      this.findings.add({ code: 'id-duplicate', index, pointer: '/id', detail });
    }
    if (pass.lastEdge !== undefined) this.checkTilesEnd(pass, counts.tiles, pass.lastEdge);
    if (seen !== undefined) this.compareSeen(pass, seen, counts.size);
    if (key === undefined) this.unanchored('No key is known: signatures were not checked.');
  }

  private checkTilesEnd(pass: StorePass, tiles: number, edge: Uint8Array): void {
    if (tiles > pass.checked.tiles) {
      const detail = `There are ${tiles} tiles, ${pass.checked.tiles} follow from the entries.`;
      this.findings.add({ code: 'tile-mismatch', detail });
    }
    const stored = this.rows.rightEdge();
    if (stored?.size === pass.lastSize && Buffer.compare(stored.hashes, edge) === 0) return;
    const detail = 'The stored right edge does not follow from the entries.';
    this.findings.add({ code: 'tile-mismatch', detail });
  }

  private compareSeen(pass: StorePass, seen: SignedCheckpoint, size: number): void {
    const { size: seenSize } = seen;
    if (seenSize > size) {
      const detail = `A checkpoint of size ${seenSize} was seen; the ledger now ends at ${size}.`;
      this.findings.add({ code: 'checkpoint-rollback', index: size, detail });
    } else if (pass.rootWanted !== undefined && Buffer.compare(pass.rootWanted, seen.root) !== 0) {
      const detail = `At size ${seenSize} the log does not have the root that was seen earlier.`;
      this.findings.add({ code: 'checkpoint-inconsistent', detail, range: [0, seenSize - 1] });
    } else if (pass.rootWanted === undefined && seenSize > 0) {
      this.unanchored('The checkpoint seen earlier could not be compared.');
    }
  }

  private report(walked: {
    readonly isFinished: boolean;
    readonly origin?: string;
    readonly size?: number;
    readonly checked?: CheckReport['checked'];
  }): CheckReport {
    const { findings, notes } = this;
    const { isFinished, checked = {}, ...log } = walked;
    const intact: CheckResult = this.isAnchored ? 'verified' : 'not-anchored';
    return {
      result: findings.count > 0 ? 'failed' : isFinished ? intact : 'not-finished',
      subject: this.options.subject,
      ...log,
      checked,
      ...(findings.first === undefined ? {} : { first: findings.first }),
      findings: findings.kept,
      findingCount: findings.count,
      warnings: findings.warnings,
      notes,
    };
  }
}

const TABLES = ['event', 'stream', 'checkpoint', 'tile', 'right_edge'];
const HAS_TABLE = `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = :name`;
