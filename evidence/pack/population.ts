import { canonicalJson } from '../../src/kernel/canonical-json';
import { TieoutError } from '../../src/kernel/errors';
import { hex, leafHash } from '../../src/kernel/hash';
import { type Json } from '../../src/kernel/json';
import { rootOf } from '../../src/sealing/merkle-log';
import { type LineageFacts } from './pack-input';
import { type PopulationLine } from './report-types';
import { type ReadEntry } from './timeline';

/**
 * The objects of the lineage with the figures of their sealed entries, by stream in byte order.
 *
 * @throws TieoutError `internal` when a stream has a gap or no entry: such a population cannot be called complete
 */
export function populationOf(
  lineage: LineageFacts,
  entries: readonly ReadEntry[],
): PopulationLine[] {
  const byStream = new Map<string, ReadEntry[]>();
  for (const read of entries)
    byStream.set(read.entry.stream, [...(byStream.get(read.entry.stream) ?? []), read]);
  return [...lineage.nodes]
    .sort((a, b) => (a.stream < b.stream ? -1 : 1))
    .map((node) => {
      const own = byStream.get(node.stream) ?? [];
      assertContinuous(node.stream, own);
      const times = own.map(({ entry }) => entry.occurredAt).sort();
      return {
        stream: node.stream,
        object: node.object,
        distance: node.distance,
        state: node.state,
        entries: own.length,
        lastRevision: own.length - 1,
        figures: node.figures,
        first: times[0] ?? '',
        last: times.at(-1) ?? '',
      };
    });
}

function assertContinuous(stream: string, entries: readonly ReadEntry[]): void {
  const broken = entries.findIndex(({ entry }, revision) => entry.revision !== revision);
  if (entries.length > 0 && broken === -1) return;
  const at = broken === -1 ? 0 : broken;
  throw new TieoutError(
    'internal',
    `${stream} has no entry of revision ${at} among the sealed entries.`,
    {
      reason: 'revision-gap',
      stream,
      revision: at,
    },
  );
}

/** The lines of `population.jsonl`, canonical, each with its line feed. */
export function populationLines(population: readonly PopulationLine[]): string[] {
  return population.map((line) => `${canonicalJson(line as unknown as Json)}\n`);
}

/** RFC 6962 tree hash over the lines of `population.jsonl`, 64 hex. */
export function populationRoot(population: readonly PopulationLine[]): string {
  return hex(rootOf(populationLines(population).map((line) => leafHash(Buffer.from(line)))));
}
