import { refused } from '../../src/sealing/findings';
import { incompleteness, lengthBelow } from '../../src/sealing/heads-complete';
import {
  headsProofOf,
  type ProvedHead,
  readHeadsProof,
  verifyHeadsProof,
} from '../../src/sealing/heads-json';
import { type StreamChains } from '../../src/sealing/stream-chains';
import { type Context, count, step } from './context';
import { readWhole } from './pack-source';
import { type Root } from './root';
import { Members, readCanonical } from './strict-object';

/** Against which root, and as of which size, the heads of a pack must be proved. */
export interface HeadsScope {
  /** undefined when no root can be trusted: proofs are then read and not compared */
  readonly root: Root | undefined;
  /** undefined when `evidence.json` could not be read */
  readonly asOf: number | undefined;
}

/**
 * `heads.json` of an item: what was the last event of each of its streams.
 *
 * @param streams that must be complete
 */
export function checkHeads(
  context: Context,
  file: string,
  { chains, streams }: { readonly chains: StreamChains; readonly streams: Iterable<string> },
  scope: HeadsScope,
): void {
  const proved = new Set<string>();
  step(context, { file }, () => {
    for (const value of proofsIn(context, file)) {
      step(context, { file }, () => {
        const proof = headsProofOf(value);
        // Named even if the proof fails: one bad proof is one finding.
        proved.add(proof.stream);
        if (scope.root === undefined) return;
        compare(
          context,
          { file, chains },
          inScope(verifyHeadsProof(proof, rootIn(scope.root)), scope),
        );
      });
    }
    for (const stream of streams) {
      if (proved.has(stream)) continue;
      const detail = 'No heads proof shows that this stream has no later event.';
      context.findings.add({ code: 'pack-incomplete', file, stream, detail });
    }
  });
}

/** One `.heads.json` beside the entries of one stream, which may go on behind the size that the proof speaks of. */
export function checkHeadsOf(
  context: Context,
  file: string,
  { chains, stream }: { readonly chains: StreamChains; readonly stream: string },
  scope: HeadsScope,
): void {
  step(context, { file, stream }, () => {
    const proof = readHeadsProof(bytesOf(context, file));
    if (proof.stream !== stream) throw refused('pack-incomplete', `It is not of ${stream}.`);
    if (scope.root === undefined) return;
    const proved = inScope(verifyHeadsProof(proof, rootIn(scope.root)), scope);
    if (chains.lengthOf(stream) > lengthBelow(proved)) count(context, 'heads');
    else compare(context, { file, chains }, proved);
  });
}

function compare(
  context: Context,
  { file, chains }: { readonly file: string; readonly chains: StreamChains },
  proved: ProvedHead,
): void {
  count(context, 'heads');
  const finding = incompleteness(chains, proved);
  if (finding !== undefined) context.findings.add({ ...finding, file });
}

function inScope(proved: ProvedHead, { asOf }: HeadsScope): ProvedHead {
  if (asOf === undefined || proved.size === asOf) return proved;
  throw refused(
    'pack-incomplete',
    `The proof for ${proved.stream} is as of size ${proved.size}, the pack as of ${asOf}.`,
  );
}

function proofsIn(context: Context, file: string) {
  const members = new Members(
    readCanonical(bytesOf(context, file), 'proof-malformed'),
    '',
    'proof-malformed',
  ).only('proofs', 'v');
  const proofs = members.value('proofs');
  if (members.natural('v') !== 1 || !Array.isArray(proofs)) {
    throw refused('proof-malformed', 'It is no list of heads proofs.');
  }
  return proofs;
}

function bytesOf(context: Context, file: string): Buffer {
  const found = context.pack.files.get(file);
  if (found === undefined) {
    throw refused(
      'pack-incomplete',
      'The file is missing: nothing shows that streams are complete.',
    );
  }
  return readWhole(found);
}

const rootIn = ({ size, hash }: Root) => ({ size, root: hash });
