import { isTieoutError } from '../kernel/errors';
import { readBundle } from './entry-bundle';
import { readEntry } from './entry-check';
import { ExportedFolder } from './exported-folder';
import { type CheckReport, Findings } from './check-report';
import { readCheckpoint } from './checkpoint';
import { CheckTrust } from './check-trust';
import { findingOf } from './findings';
import { FolderCopy } from './folder-copy';
import { checkedBlocks } from './fsck-blocks';
import { FsckPass } from './fsck-pass';
import { type SignedCheckpoint } from './signed-checkpoint';
import { type StoreCheckOptions } from './store-check';
import { TILE_WIDTH } from './tile-builder';
import { bundlePath } from './tile-path';
import { partialWidth } from './tile-reader';
import { vouchedRoots } from './vouched-roots';

/** Entries that may be missing for the rest to be looked at. */
const MISSING_MAX = 1_000_000;

/**
 * Checks an exported log: its checkpoint, every entry, chain and tile, byte for byte. Goes on after a finding.
 *
 * @param path folder with `checkpoint` and `tile`, as C2SP tlog-tiles lays them out
 * @throws the file system's error when the folder cannot be read
 */
export async function checkLogFolder(
  path: string,
  options: Omit<StoreCheckOptions, 'folder'> = {},
): Promise<CheckReport> {
  const findings = new Findings();
  return new LogCheck(path, { ...options, folder: path }, findings).run();
}

class LogCheck {
  private readonly folder: ExportedFolder;
  private readonly trust: CheckTrust;

  constructor(
    path: string,
    private readonly options: StoreCheckOptions,
    private readonly findings: Findings,
  ) {
    this.folder = new ExportedFolder(path);
    this.trust = new CheckTrust(options, findings);
  }

  async run(): Promise<CheckReport> {
    const { trust, options } = this;
    const subject = options.folder;
    const checkpoint = this.open();
    if (checkpoint === undefined) return trust.report({ subject, isFinished: true });
    const { size } = checkpoint;
    if (this.isFarTooShort(size)) return trust.report({ subject, isFinished: true, size });
    const copy = new FolderCopy(this.folder, checkpoint, this.findings);
    const [first] = size === 0 ? [] : copy.copies(0, 1);
    trust.readFounding(first?.entry && readEntry(first.entry).entry);
    this.checkNames();
    const pass = await this.walk(copy, checkpoint);
    const checked = { ...pass.checked, streams: pass.chains.streamCount };
    const isFinished = pass.checked.entries === copy.places;
    return trust.report({ subject, isFinished, size, checked });
  }

  private open(): SignedCheckpoint | undefined {
    try {
      return readCheckpoint(this.folder.checkpoint());
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      this.findings.add({ ...findingOf(error), file: 'checkpoint' });
      return undefined;
    }
  }

  /** A checkpoint can say any size. Beyond so many missing entries a log is not walked. */
  private isFarTooShort(size: number): boolean {
    const held = TILE_WIDTH * this.folder.countBundles();
    if (size <= held + MISSING_MAX) return false;
    const detail = `The checkpoint covers ${size} events, the bundles that are there hold ${held} at most: they were not checked.`;
    this.findings.add({ code: 'log-short', index: held, file: 'checkpoint', detail });
    return true;
  }

  private checkNames(): void {
    for (const name of this.folder.strangers()) {
      const detail = `${name} is no file of an exported log.`;
      this.findings.add({ code: 'pack-file', file: name, detail });
    }
  }

  private async walk(copy: FolderCopy, checkpoint: SignedCheckpoint): Promise<FsckPass> {
    const { options, trust, findings } = this;
    const { onProgress, signal, threads, secondCopy, showValues } = options;
    const { size, root } = checkpoint;
    const vouched = size === 0 ? undefined : vouchedRoots(copy, root);
    const pass = new FsckPass({
      ...{ copy, findings, vouched, secondCopy, showValues },
      rootsWantedAt: trust.rootsWantedAt,
      onOwn: (index, entry) => trust.noteOwn(index, entry),
    });
    const data = { copy: { kind: 'folder', path: options.folder, size }, vkeys: [] } as const;
    for await (const block of checkedBlocks(data, { from: 0, places: size }, threads)) {
      pass.accept(block);
      onProgress?.(pass.checked.entries, size);
      if (signal?.aborted !== true) continue;
      trust.note(`Stopped at index ${pass.checked.entries} of ${size}.`);
      return pass;
    }
    trust.endKeys();
    const isSigned = trust.checkNote(checkpoint);
    const due = { size, root, keyId: '', isSigned, partial: undefined };
    pass.end(size === 0 ? undefined : due);
    this.checkIds(pass, size);
    trust.compareSeen({ size, rootAt: (at) => pass.roots.get(at) });
    trust.checkQuorum(size);
    trust.checkOrigin();
    trust.checkAge(pass.newest);
    return pass;
  }

  /** Prints that repeat are looked up in the entries themselves. */
  private checkIds(pass: FsckPass, size: number): void {
    if (!pass.ids.hasRepeats()) return;
    const seen = new Set<string>();
    for (let n = 0; n * 256 < size; n++) {
      const bytes = this.folder.piece(bundlePath(n, partialWidth(n, size)));
      for (const [i, each] of (bytes === undefined ? [] : (readBundle(bytes) ?? [])).entries()) {
        const id = readEntry(each).entry?.id;
        if (id === undefined || !seen.has(id)) {
          if (id !== undefined) seen.add(id);
          continue;
        }
        pass.repeats.tell(256 * n + i, id);
      }
    }
  }
}
