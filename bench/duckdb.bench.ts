import { NO_DECISIONS } from '../src/reconciliation/matching/decisions.policy';
import { match, matchLines } from '../src/reconciliation/matching/engine';
import { resultText } from '../src/reconciliation/matching/result-file';
import { duckdbOracle, engineHash } from '../test/support/duckdb-oracle';
import { generate } from '../test/support/match-generator';
import { treasury, withPasses } from '../test/support/match-passes';
import { table } from './rounds';

/**
 * Five passes by the engine and by DuckDB in SQL, on the same generated month, two threads for DuckDB and one for the engine.
 * The engine is timed from lines as objects to the text of its result, which names all breaks with their types too; DuckDB
 * from its tables to the groups and ambiguities, with the reading of its files apart. `BENCH_DUCKDB=1000000` adds the largest
 * size. Both must give one hash.
 */
const FIVE = new Set(['carried', 'end-to-end', 'document', 'cents', 'party']);
const definition = withPasses(treasury.passes.filter(({ id }) => FIVE.has(id)));
const SIZES = [2_000, 20_000, 100_000];

async function compared(transactions: number): Promise<string[]> {
  const { lines } = generate({
    seed: 7,
    transactions,
    noise: 50,
    ambiguity: 10,
    withoutTruth: true,
  });
  globalThis.gc?.();
  const begun = performance.now();
  const matched = matchLines(definition, lines, NO_DECISIONS);
  let characters = 0;
  for (const text of resultText(matched)) characters += text.length;
  const engineMs = performance.now() - begun;
  const { sha256, groups, loadMs, passesMs } = await duckdbOracle(definition, lines);
  const isEqual = engineHash(match(definition, lines)) === sha256;
  return [
    lines.length.toLocaleString('en-US'),
    groups.toLocaleString('en-US'),
    (engineMs / 1_000).toFixed(2),
    (loadMs / 1_000).toFixed(2),
    (passesMs / 1_000).toFixed(2),
    (engineMs / (loadMs + passesMs)).toFixed(2),
    isEqual ? 'equal' : 'NOT EQUAL',
    (characters / 1_048_576).toFixed(0),
  ];
}

async function main(): Promise<void> {
  const largest = Number(process.env.BENCH_DUCKDB ?? 0);
  const rows: string[][] = [];
  for (const size of largest > 0 ? [...SIZES, largest] : SIZES) rows.push(await compared(size));
  const head = ['lines', 'groups', 'engine s', 'duckdb read s', 'duckdb passes s', 'ratio', 'hash'];
  console.log(table([...head, 'result MiB'], rows));
}

void main();
