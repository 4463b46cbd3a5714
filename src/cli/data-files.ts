import { createHash, type X509Certificate } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { openSqlite } from '../event-store/sqlite';
import { type Entry } from '../kernel/entry';
import { isTieoutError } from '../kernel/errors';
import { checkSideFile, KEK, openSideRows, type SideRows } from '../privacy';
import {
  AnchorsCheck,
  type BesideCheck,
  type Finding,
  type Findings,
  type KeptNote,
  KEYS_STREAM,
  PrivacyCheck,
  readPrivateKey,
} from '../sealing';

export interface DataFiles {
  /** folder with `ledger.db` */
  readonly ledger: string;
  /** the data folder around it, when that was named or can be told */
  readonly data: string | undefined;
  readonly kekFile: string | undefined;
  readonly anchorDir: string | undefined;
  /** where the chain of a timestamp may end, when the user named them */
  readonly authorities?: readonly X509Certificate[] | undefined;
}

const KEK_BYTES = 32;
const DAMAGES = `PRAGMA integrity_check(20)`;

/** What stands around `ledger.db`: personal values, stored files, views, key files, the mark of the anchor folder. */
export class DataFilesCheck implements BesideCheck {
  private readonly privacy = new PrivacyCheck();
  private readonly kek: Uint8Array | undefined;
  private readonly vkeys = new Set<string>();
  private side: SideRows | undefined;
  private sideFailure: unknown;
  private readonly anchors: AnchorsCheck | undefined;
  private readonly mark: KeptNote | undefined;
  /** A data folder always has the file: without it every value is gone. A copy of the ledger alone need not have it. */
  private readonly isSideLost: boolean;

  constructor(private readonly files: DataFiles) {
    const { anchorDir, authorities } = files;
    // Now, before the ledger is opened: one in service goes on, and what it marks later is not yet in what is read.
    const mark = anchorDir && join(anchorDir, 'mark');
    if (mark !== undefined && existsSync(mark)) {
      this.mark = { note: readFileSync(mark), where: `in ${this.nameOf(mark)}` };
    }
    if (anchorDir !== undefined && existsSync(anchorDir)) {
      this.anchors = new AnchorsCheck(anchorDir, authorities, (path) => this.nameOf(path));
    }
    this.kek = secretIn(files.kekFile);
    const isThere = existsSync(this.sidePath);
    this.isSideLost = !isThere && files.data !== undefined;
    if (!isThere) return;
    try {
      this.side = openSideRows(this.sidePath, this.kek);
    } catch (error) {
      this.sideFailure = error;
    }
  }

  *kept(): Generator<KeptNote> {
    if (this.mark !== undefined) yield this.mark;
    yield* this.anchors?.kept() ?? [];
  }

  entry(entry: Entry, index: number): void {
    this.anchors?.entry(entry, index);
    if (entry.stream === KEYS_STREAM) this.noteKeys(entry);
    if (this.isSideLost) this.privacy.entry(entry, index, () => []);
    if (this.side === undefined) return;
    const { side } = this;
    try {
      this.privacy.entry(entry, index, (id) => side.rowsOf(id));
    } catch (error) {
      // The driver's word about a page that cannot be read.
      this.sideFailure ??= error;
      this.side = undefined;
      side.close();
    }
  }

  async end({
    findings,
    note,
  }: {
    readonly findings: Findings;
    note(text: string): void;
  }): Promise<void> {
    this.endPrivacy(findings, note);
    if (this.anchors === undefined) note('There is no anchor folder: no anchor was checked.');
    this.anchors?.end(findings, note);
    for (const path of this.viewFiles()) this.checkView(path, findings, note);
    this.checkKeys(findings, note);
    for (const path of filesIn(join(this.files.ledger, 'blobs'))) {
      const finding = await this.blobFinding(path);
      if (finding !== undefined) findings.add(finding);
    }
  }

  private get sidePath(): string {
    return join(this.files.ledger, 'privacy.db');
  }

  private noteKeys({ data }: Entry): void {
    for (const name of ['vkey', 'recoveryVkey']) {
      if (typeof data[name] === 'string') this.vkeys.add(data[name]);
    }
  }

  private endPrivacy(findings: Findings, note: (text: string) => void): void {
    if (!existsSync(this.sidePath)) {
      if (this.isSideLost) this.tellPrivacy(findings);
      else note('privacy.db is not here: personal values were not checked.');
      return;
    }
    if (this.kek === undefined) {
      note('The key-encryption key is not at hand (TIEOUT_KEK_FILE): values were not opened.');
    }
    try {
      if (this.sideFailure !== undefined) throw this.sideFailure;
      for (const finding of checkSideFile(this.sidePath, this.kek)) {
        const isKek = finding.file === KEK;
        findings.add(
          isKek ? { ...finding, file: this.nameOf(this.files.kekFile ?? KEK) } : finding,
        );
      }
      this.tellPrivacy(findings);
    } catch (error) {
      findings.add(unreadable('privacy.db', error));
    } finally {
      this.side?.close();
    }
  }

  private tellPrivacy(findings: Findings): void {
    const result = this.privacy.end();
    for (const finding of result.findings) findings.add({ file: 'privacy.db', ...finding });
    for (const warning of result.warnings) findings.warn(warning);
  }

  /** Views are derived from the ledger: what is wrong with one is mended by a rebuild. */
  private checkView(path: string, findings: Findings, note: (text: string) => void): void {
    const file = this.nameOf(path);
    try {
      const sql = openSqlite(path, { readonly: true });
      try {
        const rows = sql.all<{ integrity_check: string }>(DAMAGES);
        for (const { integrity_check: detail } of rows) {
          if (detail !== 'ok') findings.add({ code: 'store-damaged', file, detail });
        }
      } finally {
        sql.close();
      }
      note(
        `${file} is derived: its pages were checked, its rows were not compared with the ledger.`,
      );
    } catch (error) {
      findings.add(unreadable(file, error));
    }
  }

  private checkKeys(findings: Findings, note: (text: string) => void): void {
    const folder = this.files.data && join(this.files.data, 'keys');
    if (folder === undefined || !existsSync(folder)) return;
    for (const path of filesIn(folder)) {
      const file = this.nameOf(path);
      const detail = keyFault(path, this.vkeys);
      if (detail === 'unknown') note(`${file} was not checked: nothing tells what it must be.`);
      else if (detail !== undefined) findings.add({ code: 'store-damaged', file, detail });
    }
  }

  private async blobFinding(path: string): Promise<Finding | undefined> {
    const file = this.nameOf(path);
    const parts = relative(join(this.files.ledger, 'blobs'), path).split('/');
    if (parts[0] === 'tmp') return undefined;
    const [first = '', second = '', name = ''] = parts;
    const isNamed =
      parts.length === 3 && name.startsWith(first + second) && /^[0-9a-f]{64}$/.test(name);
    if (!isNamed) return { code: 'blob-mismatch', file, detail: 'It is no name of a stored file.' };
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    const actual = hash.digest('hex');
    if (actual === name) return undefined;
    const detail = 'The stored file is not the one that its name says.';
    return { code: 'blob-mismatch', file, detail, expected: name, actual };
  }

  private *viewFiles(): Generator<string> {
    for (const path of filesIn(join(this.files.ledger, 'read-model'))) {
      if (path.endsWith('.db')) yield path;
    }
  }

  private nameOf(path: string): string {
    const from = this.files.data ?? this.files.ledger;
    const name = relative(from, path);
    return name.startsWith('..') ? path : name;
  }
}

/** The folder around `ledgers/<name>`, if that is where a ledger stands. */
export function dataFolderOf(ledger: string): string | undefined {
  return basename(dirname(ledger)) === 'ledgers' ? dirname(dirname(ledger)) : undefined;
}

function* filesIn(folder: string): Generator<string> {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield path;
  }
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** What is wrong with a key file; `unknown` where nothing tells. */
function keyFault(path: string, vkeys: ReadonlySet<string>): string | undefined {
  const text = readFileSync(path, 'latin1');
  if (!text.startsWith('PRIVATE+KEY') && !path.endsWith('.key')) {
    if (basename(path) === 'kek') return undefined;
    return 'unknown';
  }
  try {
    const { vkey } = readPrivateKey(text);
    return vkeys.has(vkey) ? undefined : 'It is no key that the ledger names.';
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    return `It is no private key: ${error.message}`;
  }
}

function secretIn(path: string | undefined): Uint8Array | undefined {
  if (path === undefined || !existsSync(path) || !statSync(path).isFile()) return undefined;
  const bytes = readFileSync(path);
  return bytes.length === KEK_BYTES ? bytes : undefined;
}

const unreadable = (file: string, error: unknown): Finding => ({
  code: 'store-damaged',
  file,
  detail: `The file cannot be read (${String((error as { code?: unknown }).code ?? (error as Error).message)}).`,
});
