import { sha256Hex } from '../src/kernel/hash';
import { NO_DECISIONS } from '../src/reconciliation/matching/decisions.policy';
import { match, matchLines } from '../src/reconciliation/matching/engine';
import { type MatchLine } from '../src/reconciliation/matching/line';
import { resultText } from '../src/reconciliation/matching/result-file';
import { generate } from '../test/support/match-generator';
import { treasury } from '../test/support/match-passes';
import { score, scoreTable } from '../test/support/match-score';
import { table } from './rounds';

/**
 * Matching a generated month: quality by class, then time and memory by size. `BENCH_MATCHING=1000000` adds the largest
 * size. Time is from lines as objects to the bytes of the result and their hash; processor time counts all threads of the
 * process, the collector's too.
 */
const SIZES = [20_000, 200_000];
const MIX = { noise: 50, ambiguity: 10 };
const PIECE_CHARACTERS = 256 * 1024;

function quality(): void {
  const dials = { seed: 7, transactions: 20_000, ...MIX };
  const { lines, truth } = generate(dials);
  const scored = score(truth, match(treasury, lines));
  console.log(
    `quality, seed ${dials.seed}, ${lines.length} lines, noise ${MIX.noise} and ambiguity ${MIX.ambiguity} of 1,000:`,
  );
  console.log(
    `precision ${scored.precision.toFixed(6)}, recall ${scored.recall.toFixed(5)}, false confirms ${scored.falseConfirms} of ${scored.confirmed}`,
  );
  console.log(`${scoreTable(scored)}\n`);
}

function hashOf(lines: readonly MatchLine[]): { sha256: string; bytes: number; groups: number } {
  const matched = matchLines(treasury, lines, NO_DECISIONS);
  const hashes: string[] = [];
  let [bytes, piece] = [0, ''];
  for (const text of resultText(matched)) {
    piece += text;
    if (piece.length < PIECE_CHARACTERS) continue;
    hashes.push(sha256Hex(piece));
    bytes += piece.length;
    piece = '';
  }
  hashes.push(sha256Hex(piece));
  return {
    sha256: sha256Hex(hashes.join()),
    bytes: bytes + piece.length,
    groups: matched.groups.length,
  };
}

function timed(transactions: number): string[] {
  const { lines } = generate({ seed: 7, transactions, ...MIX, withoutTruth: true });
  globalThis.gc?.();
  const before = process.cpuUsage();
  const begun = performance.now();
  const { bytes, groups } = hashOf(lines);
  const wall = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(before);
  const rss = process.memoryUsage.rss() / 1_048_576;
  return [
    `${(transactions / 1_000).toFixed(0)}k x ${(transactions / 1_000).toFixed(0)}k`,
    lines.length.toLocaleString('en-US'),
    groups.toLocaleString('en-US'),
    wall.toFixed(2),
    ((user + system) / 1_000_000).toFixed(2),
    (bytes / 1_048_576).toFixed(0),
    rss.toFixed(0),
  ];
}

quality();
const largest = Number(process.env.BENCH_MATCHING ?? 0);
const sizes = largest > 0 ? [...SIZES, largest] : SIZES;
timed(2_000);
console.log(
  table(
    ['size', 'lines', 'groups', 'seconds', 'cpu s', 'result MiB', 'resident MiB'],
    sizes.map(timed),
  ),
);
