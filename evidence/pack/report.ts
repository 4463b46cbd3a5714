import { sha256Hex } from '../../src/kernel/hash';
import { approvalsOf } from './approvals';
import { assertSameStreams, assertSameTotals, projectedTotals } from './control-totals';
import { LIMITS } from './limits-text';
import { type PackInput } from './pack-input';
import { populationOf, populationRoot } from './population';
import { readEntries } from './read-entries';
import {
  type PopulationLine,
  type ReportResults,
  type TimelineStep,
  type TransactionReport,
} from './report-types';
import { timelineOf } from './timeline';
import { verdictsOf } from './verdicts';

/** What the report knows only once the data files and the PDF's pages are laid out. */
export interface ReportFrame {
  readonly itemsRoot: string;
  readonly fonts: TransactionReport['build']['fonts'];
  readonly print: TransactionReport['print'];
}

/** The part of the report that follows from the input alone. */
export interface ReportBody {
  readonly timeline: readonly TimelineStep[];
  readonly population: readonly PopulationLine[];
}

export function readBody(input: PackInput): ReportBody {
  const entries = readEntries(input.entries);
  return {
    timeline: timelineOf(entries, input.lineage.steps, input),
    population: populationOf(input.lineage, entries),
  };
}

/**
 * The report of a transaction pack.
 *
 * @throws TieoutError `internal` with `reason` `totals-disagree`: the two paths must agree to the last digit
 */
export function reportOf(
  input: PackInput,
  body: ReportBody,
  frame: ReportFrame,
): TransactionReport {
  const { lineage, replay, request } = input;
  const { timeline, population } = body;
  const projected = projectedTotals(lineage);
  assertSameStreams(
    lineage.nodes.map((node) => node.stream),
    replay.streams,
  );
  assertSameTotals(projected, replay.totals);
  const approvals = approvalsOf(timeline, input.findings);
  const results = resultsOf(input, timeline, approvals.length);
  return {
    warnings: input.unreadable.map(({ what, reason }) => `Not in this pack: ${what} (${reason}).`),
    request,
    results,
    verdicts: verdictsOf(input, results, population),
    limits: LIMITS,
    population: {
      included: population.length,
      excluded: lineage.excluded.length,
      total: population.length + lineage.excluded.length,
      objects: population,
      left: lineage.excluded,
      byReason: countByReason(lineage.excluded),
      root: populationRoot(population),
    },
    controlTotals: {
      scanned: replay.scanned,
      rows: [
        ...projected.map((total) => ({ ...total, path: 'projection' as const })),
        ...replay.totals.map((total) => ({ ...total, path: 'replay' as const })),
      ],
    },
    edges: lineage.edges,
    missing: lineage.missing,
    timeline,
    approvals,
    findings: input.findings,
    breaks: input.breaks,
    matches: input.matches,
    identities: input.identities,
    unreadable: input.unreadable,
    integrity: integrityOf(input, frame.itemsRoot),
    build: { version: input.build.version, commit: input.build.commit, fonts: frame.fonts },
    print: frame.print,
  };
}

function resultsOf(
  input: PackInput,
  timeline: readonly TimelineStep[],
  approvals: number,
): ReportResults {
  const withStatus = (status: string): number =>
    input.findings.filter((finding) => finding.status === status).length;
  return {
    objects: input.lineage.nodes.length,
    entries: timeline.length,
    missing: input.lineage.missing.length,
    flagged: timeline.filter((step) => step.flags.length > 0).length,
    approvals,
    violations: withStatus('violation'),
    inconclusive: withStatus('inconclusive'),
    mitigated: withStatus('mitigated'),
    breaks: input.breaks.length,
    matches: input.matches.length,
    commitments: timeline.reduce((sum, step) => sum + step.personal.length, 0),
    opened: timeline.reduce(
      (sum, step) => sum + step.personal.filter((p) => p.value !== undefined).length,
      0,
    ),
    erased: input.erased.length,
    unreadable: input.unreadable.length,
    proofs: input.entries.length + input.keys.length + input.erasures.length,
    first: timeline[0]?.occurredAt ?? '',
    last: timeline.at(-1)?.occurredAt ?? '',
  };
}

function countByReason(
  excluded: PackInput['lineage']['excluded'],
): { reason: string; objects: number }[] {
  const counts = new Map<string, number>();
  for (const { reason } of excluded) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts.keys()].sort().map((reason) => ({ reason, objects: counts.get(reason) ?? 0 }));
}

function integrityOf(input: PackInput, itemsRoot: string): TransactionReport['integrity'] {
  const indexes = input.entries.map(({ index }) => index);
  return {
    checkpointSha256: sha256Hex(input.ledger.checkpoint),
    keys: keysOf(input.ledger.policy),
    keyEntries: input.keys.length,
    lowestIndex: indexes[0] ?? 0,
    highestIndex: indexes.at(-1) ?? 0,
    longestProof: Math.max(0, ...input.entries.map(({ hashes }) => hashes.length)),
    verifierSha256: sha256Hex(input.verifier),
    itemsRoot,
  };
}

/** The verifier keys that a policy file names: `log <name>+<8 hex>+<base64>`. */
function keysOf(policy: string): TransactionReport['integrity']['keys'] {
  return [...policy.matchAll(/^log (([^+\s]+)\+([0-9a-f]{8})\+\S+)$/gm)].map(
    ([, vkey = '', name = '', id = '']) => ({
      name,
      id,
      vkey,
    }),
  );
}
