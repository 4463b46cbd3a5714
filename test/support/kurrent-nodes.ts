import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../../src/system';
import { readConnectionString } from '../../src/event-store/kurrentdb';
import { type NodeLedgerOptions, openNodeLedger, type OpenedNode } from '../../src/sequencing';
import { onlyKey } from '../../src/sealing/signing-keys';
import { StandInServer } from './kurrentdb';
import { TEST_ORIGIN, testSigner } from './sealed-ledger';

/** Nodes of one ledger over one stand-in, each with a log folder of its own. */
export class KurrentNodes {
  readonly folders: string[] = [];
  private readonly opened: OpenedNode[] = [];

  private constructor(readonly server: StandInServer) {}

  static async start(): Promise<KurrentNodes> {
    return new KurrentNodes(await StandInServer.start());
  }

  newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'tieout-node-'));
    this.folders.push(folder);
    return folder;
  }

  async open(changes: Partial<NodeLedgerOptions> = {}): Promise<OpenedNode> {
    const node = await openNodeLedger({
      connection: readConnectionString(this.server.url),
      ledger: 'main',
      origin: TEST_ORIGIN,
      node: `node-${this.opened.length}`,
      folder: changes.folder ?? this.newFolder(),
      signerOf: onlyKey(testSigner()),
      sealWaitMs: 5_000,
      pause,
      nowMs: () => performance.now(),
      timing: { readIdleMs: 2_000, confirmMs: 2_000, drainMs: 1_000 },
      catchUpMs: 5_000,
      ...changes,
    });
    this.opened.push(node);
    return node;
  }

  async stop(): Promise<void> {
    for (const { store } of this.opened) await store.close();
    this.server.stop();
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }
}
