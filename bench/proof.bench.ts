import { hash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { leafHash, nodeHash } from '../src/kernel/hash';
import { rootOf } from '../src/sealing/merkle-log';
import { verifyInclusion } from '../src/sealing/merkle-verify';
import { readTlogProof, tlogProofText } from '../src/sealing/tlog-proof';
import { readCheckpoint, signCheckpoint } from '../src/sealing/checkpoint';
import { signerOf } from '../src/sealing/signer';
import { Ledger, ORIGIN } from './append-ledger';
import { RawTable } from './append-raw';
import { figure, percentile, report, rowOf } from './report';
import { type Contender, measure, type Rate, ratios } from './rounds';

/** Proofs: how soon after the append, how fast they verify, how long they are; and what the log costs on disk. */
const ROUNDS = 7;
const SECTION = 'Proofs and size';

async function main(): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'tieout-proof-'));
  try {
    await soonAfterAppend(base);
    await verifying();
    proofSize();
    await storage(base);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

const APPENDS = 300;
const EVERY_MS = 4;

/**
 * One append every 4 ms, each measured from the moment it was due, until its proof is at hand; all proofs are verified after
 * the clock has stopped.
 */
async function soonAfterAppend(base: string): Promise<void> {
  const shape = { commits: 1, events: 1, callers: 1 };
  const ledger = await Ledger.open(join(base, 'soon'), 'worker', shape);
  const raw = new RawTable(join(base, 'soon.db'), shape);
  const p99s: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const rawMs = await dueEach(async () => {
      raw.prepare();
      return () => raw.round();
    });
    const proofs: Awaited<ReturnType<Ledger['one']>>[] = [];
    const ledgerMs = await dueEach(async () => async () => void proofs.push(await ledger.one()));
    for (const { proof, leaf } of proofs) check(proof, leaf);
    if (round === 0) continue;
    p99s[0].push(percentile(rawMs, 0.99));
    p99s[1].push(percentile(ledgerMs, 0.99));
  }
  await ledger.close();
  const work = 'append to verifiable proof, one caller';
  report(
    rowOf({
      section: SECTION,
      work,
      target: 'p99 <= 2 x p99 of a raw commit',
      values: p99s[1].map((p99, i) => p99 / p99s[0][i]!),
      unit: ' x p99 of a raw commit',
      atMost: 2,
    }),
  );
  report(
    rowOf({
      section: SECTION,
      work,
      target: 'p99 < 10 ms',
      values: p99s[1],
      unit: ' ms p99',
      atMost: 10,
    }),
  );
}

/** Milliseconds from when each call was due to its end; a call that comes too late is charged with its delay. */
async function dueEach(prepare: () => Promise<() => Promise<unknown>>): Promise<number[]> {
  const latencies: number[] = [];
  const calls = [];
  for (let i = 0; i < APPENDS; i += 1) calls.push(i);
  const start = performance.now() + EVERY_MS;
  for (const i of calls) {
    const call = await prepare();
    const due = start + i * EVERY_MS;
    while (performance.now() < due - 1) await delay(1);
    while (performance.now() < due) continue;
    await call();
    latencies.push(performance.now() - due);
  }
  return latencies;
}

function check(proof: string, leaf: Uint8Array): void {
  const { index, hashes, checkpoint } = readTlogProof(proof);
  const { size, root } = readCheckpoint(checkpoint);
  if (!verifyInclusion({ index, size, leaf, hashes, root }))
    throw new Error('a receipt carries a proof that does not verify');
}

const HASHES = 20;
const PROOFS = 20_000;

async function verifying(): Promise<void> {
  const size = 2 ** HASHES;
  const hashes = Array.from({ length: HASHES }, () => randomBytes(32));
  const leaf = leafHash(randomBytes(300));
  const root = hashes.reduce<Uint8Array>((node, sibling) => nodeHash(node, sibling), leaf);
  const input = randomBytes(65);
  const contender = (name: string, work: () => void): Contender => ({
    name,
    prepare: () => undefined,
    round: async () => {
      for (let i = 0; i < PROOFS; i += 1) work();
      return PROOFS;
    },
  });
  const bare = contender('bare', () => {
    for (let i = 0; i < HASHES; i += 1) hash('sha256', input, 'buffer');
  });
  const ours = contender('verify', () => {
    if (!verifyInclusion({ index: 0, size, leaf, hashes, root })) throw new Error('not verified');
  });
  const [limit, rate] = (await measure([bare, ours], ROUNDS)) as [Rate, Rate];
  const work = 'verify a proof of 20 hashes';
  report(
    rowOf({
      section: SECTION,
      work,
      target: '>= 0.65 of 20 bare hashes',
      values: ratios(rate, limit),
      unit: ' of 20 bare hashes',
      atLeast: 0.65,
    }),
  );
  report(
    rowOf({
      section: SECTION,
      work,
      target: '>= 50,000/s',
      values: rate.rates,
      digits: 0,
      unit: '/s',
      atLeast: 50_000,
    }),
  );
}

function proofSize(): void {
  const signer = signerOf(ORIGIN, Buffer.alloc(32, 7));
  const size = 1_000_000;
  const hashes = Array.from({ length: HASHES }, () => randomBytes(32));
  const checkpoint = signCheckpoint(signer, size, rootOf(hashes)).note;
  const bytes = tlogProofText({ index: size - 1, hashes, checkpoint }).length;
  report(
    rowOf({
      section: SECTION,
      work: 'proof at a million events, witness lines apart',
      target: '<= 1,200 bytes',
      values: [bytes],
      digits: 0,
      unit: ' bytes',
      atMost: 1_200,
    }),
  );
}

const STORED = { commits: 100, events: 1_000, callers: 1 };

async function storage(base: string): Promise<void> {
  const folder = join(base, 'stored');
  mkdirSync(folder);
  const ledger = await Ledger.open(folder, 'worker', STORED);
  const raw = new RawTable(join(base, 'stored.db'), STORED);
  for (const one of [raw, ledger]) {
    one.prepare();
    await one.round();
  }
  await ledger.close();
  raw.close();
  const [ours, theirs] = [join(folder, 'ledger.db'), join(base, 'stored.db')].map(
    (path) => statSync(path).size,
  ) as [number, number];
  report(
    rowOf({
      section: SECTION,
      work: '100,000 events of 300 bytes on disk, tiles included',
      target: '<= 1.25 x raw rows',
      values: [ours / theirs],
      unit: ` x raw rows (${figure(ours / 1e6, 1)} MB)`,
      atMost: 1.25,
    }),
  );
}

void main();
