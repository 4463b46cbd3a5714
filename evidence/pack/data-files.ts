import { headsProofJson, headsProofText } from '../../src/sealing/heads-json';
import { type BagFile } from './bag';
import { entryLines, jsonBytes, jsonLines, proofLines } from './json-lines';
import { type PackInput } from './pack-input';
import { populationLines } from './population';
import { type ReportBody } from './report';
import { type TransactionReport } from './report-types';
import {
  csvOf,
  dictionaryCsv,
  EXCLUDED_TABLE,
  MISSING_TABLE,
  POPULATION_TABLE,
  TIMELINE_TABLE,
} from './tables';
import { verifyGuide } from './verify-guide';

/** A transaction pack has one item: its lineage. */
export const ITEM_ID = 'T-0001';
export const itemPath = (file: string): string => `data/items/${ITEM_ID}/${file}`;

/** The item's files: what can be handed on with proof that it belongs to the pack. */
export function itemFiles(input: PackInput, body: ReportBody): BagFile[] {
  const { openings, erased } = input;
  const files: BagFile[] = [
    { path: itemPath('entries.jsonl'), bytes: entryLines(input.entries) },
    { path: itemPath('proofs.jsonl'), bytes: proofLines(input.entries) },
    {
      path: itemPath('item.json'),
      bytes: jsonBytes({
        v: 1,
        id: ITEM_ID,
        subject: input.request.subject,
        objects: body.population,
        edges: input.lineage.edges,
        missing: input.lineage.missing,
        timeline: body.timeline,
      }),
    },
    { path: itemPath('heads.json'), bytes: headsBytes(input) },
    { path: itemPath('timeline.csv'), bytes: csvOf(TIMELINE_TABLE, body.timeline) },
    { path: itemPath('missing.csv'), bytes: csvOf(MISSING_TABLE, input.lineage.missing) },
  ];
  if (openings.length + erased.length > 0) {
    const shown = erased.length === 0 ? { openings, v: 1 } : { erased, openings, v: 1 };
    files.push({ path: itemPath('openings.json'), bytes: jsonBytes(shown) });
  }
  return files;
}

const headsBytes = ({ heads }: PackInput): Uint8Array =>
  jsonBytes({ proofs: heads.map(headsProofJson), v: 1 });

/** Every payload file but the item's, `items-tree.json`, `evidence.json` and the PDF. */
export function dataFiles(input: PackInput, report: TransactionReport): BagFile[] {
  const { ledger } = input;
  return [
    {
      path: 'data/build.json',
      bytes: jsonBytes({ ...input.build, fonts: report.build.fonts, v: 1 }),
    },
    {
      path: 'data/dictionary.csv',
      bytes: dictionaryCsv({
        'items/*/missing.csv': MISSING_TABLE,
        'items/*/timeline.csv': TIMELINE_TABLE,
        'population/excluded.csv': EXCLUDED_TABLE,
        'population/population.csv': POPULATION_TABLE,
      }),
    },
    { path: 'data/integrity/checkpoint', bytes: Buffer.from(ledger.checkpoint) },
    ...erasureFiles(input),
    {
      path: 'data/integrity/keys-heads.json',
      bytes: Buffer.from(headsProofText(input.keysHead)),
    },
    { path: 'data/integrity/keys-proofs.jsonl', bytes: proofLines(input.keys) },
    { path: 'data/integrity/keys.jsonl', bytes: entryLines(input.keys) },
    { path: 'data/integrity/policy', bytes: Buffer.from(ledger.policy) },
    { path: 'data/ipe/control-totals.json', bytes: jsonBytes({ ...report.controlTotals, v: 1 }) },
    { path: 'data/ipe/parameters.json', bytes: jsonBytes(parametersOf(input)) },
    { path: 'data/population/excluded.csv', bytes: csvOf(EXCLUDED_TABLE, input.lineage.excluded) },
    {
      path: 'data/population/population.csv',
      bytes: csvOf(POPULATION_TABLE, report.population.objects),
    },
    {
      path: 'data/population/population.jsonl',
      bytes: Buffer.from(populationLines(report.population.objects).join('')),
    },
    { path: 'data/recon/breaks.jsonl', bytes: jsonLines(input.breaks) },
    { path: 'data/recon/matches.jsonl', bytes: jsonLines(input.matches) },
    { path: 'data/sod/findings.jsonl', bytes: jsonLines(input.findings) },
    { path: 'data/sod/identities.json', bytes: jsonBytes({ identities: input.identities, v: 1 }) },
    { path: 'data/VERIFY.md', bytes: Buffer.from(verifyGuide(input, report)) },
    { path: 'data/verify.mjs', bytes: input.verifier },
  ];
}

function erasureFiles({ erasures }: PackInput): BagFile[] {
  if (erasures.length === 0) return [];
  return [
    { path: 'data/integrity/erasures-proofs.jsonl', bytes: proofLines(erasures) },
    { path: 'data/integrity/erasures.jsonl', bytes: entryLines(erasures) },
  ];
}

/** The request as it was typed, and what it came to at the snapshot. */
export function parametersOf({ request, ledger, lineage, build }: PackInput): object {
  return {
    v: 1,
    report: { name: 'transaction evidence', version: build.version },
    typed: {
      kind: request.kind,
      subject: request.subject,
      depth: request.depth,
      disclose: request.disclose,
      allowPartial: request.allowPartial,
      purpose: request.purpose,
      ...(request.engagement === undefined ? {} : { engagement: request.engagement }),
    },
    resolved: {
      origin: ledger.origin,
      asOf: ledger.asOf,
      size: ledger.size,
      root: ledger.root,
      direction: 'both',
      depth: request.depth,
      streams: lineage.nodes.map((node) => node.stream).sort(),
    },
    run: { by: request.requestedBy, at: request.requestedAt, event: request.event },
  };
}
