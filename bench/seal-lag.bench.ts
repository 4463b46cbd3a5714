import { percentile, report, spreadOf, figure } from './report';

/**
 * A simulation of how long events of a shared ledger wait for their seal, against append rate and number of nodes. Nothing
 * is measured: time is a number here, and the rules are those of src/sequencing/sequencer.ts. It shows what the rules do,
 * where the server and the network are given.
 */
const SEAL_EVERY_MS = 100;
const SEAL_LEAVES = 256;
const LEAVES_MAX = 1_024;
const SECONDS = 30;
/** one way to a node; the same again for an append's answer */
const NETWORK_MS = 1;
/** append of a checkpoint on the server: replicated, synced */
const APPEND_MS = 4;
/** a node checks, proves and stores a leaf */
const LEAF_MS = 0.02;
/** and a checkpoint: one sync */
const CHECKPOINT_MS = 3;

const RATES = [10, 100, 1_000, 5_000, 10_000, 20_000];
const NODES = [1, 2, 5, 10];

/** Reproducible: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A node that seals stops for so long once in so many checkpoints: a full disk queue, a long collection, a new connection. */
const STALL_MS = 400;
const STALL_CHANCE = 1 / 200;

interface Simulated {
  /** until the slowest node has the event sealed */
  readonly lags: readonly number[];
  readonly checkpoints: number;
  /** checkpoints of other nodes that came second */
  readonly refused: number;
}

/** When the events come: a Poisson process. */
function arrivalsOf(rate: number, next: () => number): number[] {
  const arrivals: number[] = [];
  for (let at = 0; at < SECONDS * 1_000;) {
    at += (-Math.log(1 - next()) * 1_000) / rate;
    arrivals.push(at);
  }
  return arrivals;
}

/**
 * The node that sealed last seals next; others begin 100 ms behind it, so they try only when it is late, and then one of
 * them is first.
 */
function simulate(rate: number, nodes: number, seed: number): Simulated {
  const next = random(seed);
  const arrivals = arrivalsOf(rate, next);
  const lags: number[] = [];
  let [sealed, checkpoints, refused, last] = [0, 0, 0, -SEAL_EVERY_MS];
  while (sealed < arrivals.length) {
    const first = (arrivals[sealed] as number) + NETWORK_MS;
    const full = (arrivals[sealed + SEAL_LEAVES - 1] ?? Infinity) + NETWORK_MS;
    const due = Math.max(first, last + SEAL_EVERY_MS);
    const stall = next() < STALL_CHANCE ? STALL_MS : 0;
    const isTakenOver = nodes > 1 && stall > SEAL_EVERY_MS;
    const begin = Math.max(last, Math.min(due, full)) + (isTakenOver ? SEAL_EVERY_MS : stall);
    if (isTakenOver) refused += nodes - 1;
    let count = 0;
    while (count < LEAVES_MAX && (arrivals[sealed + count] ?? Infinity) + NETWORK_MS <= begin) {
      count += 1;
    }
    const work = count * LEAF_MS;
    const stored = begin + work + NETWORK_MS + APPEND_MS * (0.5 + next());
    const slowest = Math.max(
      ...Array.from({ length: nodes }, () => CHECKPOINT_MS * (0.5 - Math.log(1 - next()))),
    );
    const done = stored + NETWORK_MS + slowest + work;
    for (let i = 0; i < count; i += 1) lags.push(done - (arrivals[sealed + i] as number));
    sealed += count;
    checkpoints += 1;
    last = stored + NETWORK_MS + work;
  }
  return { lags, checkpoints, refused };
}

for (const rate of RATES) {
  for (const nodes of NODES) {
    const runs = [1, 2, 3].map((seed) => simulate(rate, nodes, seed));
    const p99s = runs.map(({ lags }) => percentile([...lags], 0.99));
    const [{ checkpoints, refused }] = runs as [Simulated];
    const middle = p99s.toSorted((a, b) => a - b)[1] as number;
    report({
      section: 'Seal lag of a shared ledger, simulated',
      work: `${figure(rate)} events/s, nodes: ${nodes}`,
      target: 'p99 < 250 ms',
      measured: `p99 ${figure(middle)} ms, ${figure(checkpoints / SECONDS, 1)} checkpoints/s, ${refused} refused`,
      spread: spreadOf(p99s, 0),
      met: Math.max(...p99s) < 250,
    });
  }
}
