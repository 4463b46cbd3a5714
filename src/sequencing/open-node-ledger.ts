import { join } from 'node:path';
import { storeUnavailable, type TieoutError } from '../kernel/errors';
import { type Pause } from '../kernel/runtime';
import { type StoreLimits } from '../event-store';
import {
  type Account,
  type KurrentConnection,
  type KurrentTiming,
  openKurrentStore,
} from '../event-store/kurrentdb';
import { openReplicaFile, openSqliteReader } from '../event-store/sqlite';
import { type AwaitedCheckpoint, createFollower, type SignerOf } from '../sealing';
import { NodeIds } from './node-ids';
import { NodeLedger } from './node-ledger';
import { Sequencer } from './sequencer';

export interface NodeLedgerOptions {
  readonly connection: KurrentConnection;
  readonly account?: () => Account | undefined;
  readonly ledger: string;
  readonly origin: string;
  /** shown in the server's list of connections */
  readonly node: string;
  /** log folder of the node: entries, tiles and checkpoints as a ledger on one machine has them */
  readonly folder: string;
  /** `undefined`: this node only follows */
  readonly signerOf: SignerOf | undefined;
  /** how long an append waits for its seal */
  readonly sealWaitMs: number;
  readonly pause: Pause;
  readonly nowMs: () => number;
  readonly limits?: Partial<StoreLimits>;
  readonly timing?: Partial<KurrentTiming>;
  /** without anything new the opening gives up after this */
  readonly catchUpMs?: number;
}

export interface OpenedNode {
  readonly store: NodeLedger;
  readonly sequencer: Sequencer;
}

const CATCH_UP_MS = 60_000;
const LOOK_EVERY_MS = 20;

/**
 * Connects a node to the shared log and brings its log folder up to it.
 *
 * A finding does not fail an opening that has something to read: the ledger is open and takes no writes.
 *
 * @throws TieoutError `store-unavailable`, `configuration`; `store-corrupt` where there is nothing to read
 */
export async function openNodeLedger(options: NodeLedgerOptions): Promise<OpenedNode> {
  const { connection, account, ledger, node, limits, timing, folder, origin, pause } = options;
  const awaited: AwaitedCheckpoint = { current: undefined };
  const participant = () => createFollower(origin, awaited);
  const replica = openReplicaFile({ folder, ledger, participant });
  const reader = openSqliteReader(folder, (finding) => store?.halt(finding));
  const ids = new NodeIds(() => reader.sql);
  let store: NodeLedger | undefined;
  try {
    const kurrent = await openKurrentStore({
      ...{ connection, ledger, node, ids },
      ...(account === undefined ? {} : { account }),
      ...(limits === undefined ? {} : { limits }),
      ...(timing === undefined ? {} : { timing }),
    });
    const { sealWaitMs, signerOf, nowMs } = options;
    const path = join(folder, 'ledger.db');
    const opened = new NodeLedger({ store: kurrent, reader, replica, path, sealWaitMs, pause });
    store = opened;
    const sequencer = new Sequencer({
      ...{ store: kurrent, replica, awaited, sql: reader.sql, origin, signerOf, pause, nowMs },
      onSealed: (sealed) => opened.sealed(sealed),
      onFinding: (finding) => opened.halt(finding),
    });
    opened.follow(sequencer);
    sequencer.start();
    await caughtUp(opened, sequencer, options);
    return { store: opened, sequencer };
  } catch (error) {
    if (store !== undefined) await store.close();
    else {
      reader.close();
      replica.close();
    }
    throw error;
  }
}

async function caughtUp(
  store: NodeLedger,
  sequencer: Sequencer,
  { pause, nowMs, catchUpMs = CATCH_UP_MS }: NodeLedgerOptions,
): Promise<void> {
  const never = new AbortController().signal;
  let [seen, since] = [-1, nowMs()];
  while (!sequencer.isCaughtUp || sequencer.pending > 0) {
    if (store.finding !== undefined) return orReadable(store, store.finding);
    const known = sequencer.size + sequencer.pending;
    if (known !== seen) [seen, since] = [known, nowMs()];
    if (nowMs() - since > catchUpMs) {
      throw storeUnavailable(
        'timeout',
        `The log of the server was not read within ${catchUpMs} ms: ${sequencer.failure ?? `${sequencer.pending} events wait for a node that seals them`}.`,
      );
    }
    await pause(LOOK_EVERY_MS, never);
  }
}

async function orReadable(store: NodeLedger, finding: TieoutError): Promise<void> {
  if ((await store.head()) === undefined) throw finding;
}
