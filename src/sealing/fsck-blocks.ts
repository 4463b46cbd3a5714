import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { ExportedFolder } from './exported-folder';
import { BlockChecker } from './fsck-block';
import { type CheckedBlock } from './fsck-block-work';
import { FolderBlockReader } from './fsck-folder-reader';
import { BLOCK_PLACES, type BlockReader } from './fsck-rows';
import { StoreBlockReader } from './fsck-store-reader';
import { readVkey } from './vkey';

/** What a thread needs to check blocks of one copy of a log. */
export interface BlockWorkData {
  readonly copy:
    | { readonly kind: 'store'; readonly path: string }
    | { readonly kind: 'folder'; readonly path: string; readonly size: number };
  readonly vkeys: readonly string[];
  /** also hand on entries with commitments, and those that say what was erased */
  readonly keepsCommitted?: boolean;
}

/** To a thread: a block to check. */
export interface BlockRequest {
  readonly first: number;
  readonly count: number;
}

export interface BlockThreads {
  /** built JavaScript of `src/fsck.worker.ts` */
  readonly file: string;
  readonly count: number;
}

/** Blocks that each thread has before it, so that it never waits. */
const AHEAD = 3;

/** One thread's own reader and checker. */
export class BlockWorker {
  private readonly reader: BlockReader;
  private readonly checker: BlockChecker;

  constructor({ copy, vkeys, keepsCommitted }: BlockWorkData) {
    this.reader =
      copy.kind === 'store'
        ? StoreBlockReader.open(copy.path)
        : new FolderBlockReader(new ExportedFolder(copy.path), copy.size);
    this.checker = new BlockChecker(vkeys.map(readVkey), keepsCommitted);
  }

  check({ first, count }: BlockRequest): CheckedBlock {
    return this.checker.check(this.reader.read(first, count));
  }

  close(): void {
    this.reader.close();
  }
}

function* requests(from: number, places: number): Generator<BlockRequest> {
  for (let first = from; first < places; first += BLOCK_PLACES) {
    yield { first, count: Math.min(BLOCK_PLACES, places - first) };
  }
}

/**
 * Checks the blocks of a log and gives them in order.
 *
 * @param from a multiple of a block's places
 * @param threads undefined does all in this one
 */
export async function* checkedBlocks(
  data: BlockWorkData,
  { from, places }: { readonly from: number; readonly places: number },
  threads?: BlockThreads,
): AsyncGenerator<CheckedBlock> {
  if (threads !== undefined && places - from > BLOCK_PLACES) {
    yield* byThreads(data, [...requests(from, places)], threads);
    return;
  }
  const worker = new BlockWorker(data);
  try {
    for (const request of requests(from, places)) {
      yield worker.check(request);
      await setImmediate();
    }
  } finally {
    worker.close();
  }
}

async function* byThreads(
  data: BlockWorkData,
  all: readonly BlockRequest[],
  { file, count }: BlockThreads,
): AsyncGenerator<CheckedBlock> {
  const pool = new Pool(data, file, Math.min(count, all.length));
  try {
    let sent = 0;
    for (const [i, { first }] of all.entries()) {
      for (; sent < all.length && sent < i + AHEAD * pool.size; sent++) {
        pool.send(all[sent] as BlockRequest);
      }
      yield await pool.block(first);
    }
  } finally {
    await pool.close();
  }
}

/** Threads that take blocks in turn. */
class Pool {
  private readonly workers: Worker[];
  private readonly busy: number[];
  private readonly ready = new Map<number, CheckedBlock>();
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(data: BlockWorkData, file: string, count: number) {
    this.workers = Array.from({ length: count }, () => new Worker(file, { workerData: data }));
    this.busy = this.workers.map(() => 0);
    this.workers.forEach((worker, i) => {
      worker.on('message', (block: CheckedBlock) => {
        this.busy[i] = (this.busy[i] as number) - 1;
        this.ready.set(block.first, block);
        this.wake?.();
      });
      worker.on('error', (error) => {
        this.failure ??= error;
        this.wake?.();
      });
    });
  }

  get size(): number {
    return this.workers.length;
  }

  /** To the thread with the least before it. */
  send(request: BlockRequest): void {
    const i = this.busy.indexOf(Math.min(...this.busy));
    this.busy[i] = (this.busy[i] as number) + 1;
    this.workers[i]?.postMessage(request);
  }

  async block(first: number): Promise<CheckedBlock> {
    for (;;) {
      if (this.failure !== undefined) throw this.failure;
      const block = this.ready.get(first);
      if (block !== undefined) {
        this.ready.delete(first);
        return block;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

/** Memory of a block that goes to the other thread instead of being copied. */
export function memoryOf(block: CheckedBlock): ArrayBuffer[] {
  const { status, leaves, prevs, streams, streamEnds, revisions, contracts } = block;
  const arrays = [status, leaves, prevs, streams, streamEnds, revisions, contracts];
  const more = [block.kinds, block.recordedAt, block.idPrints, block.tileRoots, block.tileStatus];
  return [...arrays, ...more].map(({ buffer }) => buffer as ArrayBuffer);
}
