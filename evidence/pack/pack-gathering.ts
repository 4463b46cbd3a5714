import { type Entry } from '../../src/kernel/entry';
import {
  type HeadsCommitted,
  type HeadsProof,
  KeyHistory,
  KEYS_STREAM,
  type LogReader,
  policyText,
} from '../../src/sealing';
import { TieoutError } from '../../src/kernel/errors';
import { hex } from '../../src/kernel/hash';
import { streamName } from '../../src/kernel/stream-name';
import { buildFacts, readVerifier } from './build-facts';
import { byIdAndPath, erasureFacts } from './erased';
import {
  type BreakFacts,
  type FindingFacts,
  type Identity,
  type LineageFacts,
  type MatchFacts,
  type Opening,
  type PackEntry,
  type PackInput,
  type PackLedger,
  type PackRequest,
} from './pack-input';
import { replayLog } from './replay';

/** What the views say about one lineage, as recorded below a tree size. */
export interface LineageViews {
  /** @returns undefined when the ledger has no such object below that size */
  lineageOf(
    stream: string,
    options: { readonly depth: number; readonly size: number },
  ): LineageFacts | undefined;
  findingsOn(streams: readonly string[], size: number): readonly FindingFacts[];
  breaksOn(streams: readonly string[], size: number): readonly BreakFacts[];
  matchesOn(streams: readonly string[], size: number): readonly MatchFacts[];
}

/** Personal values and accounts, where a request asks for them. */
export interface Disclosures {
  openings(
    eventId: string,
    wanted: (path: string) => boolean,
    commitments: Readonly<Record<string, string>>,
  ): readonly Opening[];
  identities(pseudonyms: readonly string[]): readonly Identity[];
}

/** Commitments to the last event of every stream. */
export interface PackHeads {
  proofsUnder(
    committed: HeadsCommitted,
    streams: readonly string[],
    against: number,
  ): Promise<readonly HeadsProof[]>;
}

export interface GatheringSources {
  readonly log: LogReader;
  readonly heads: PackHeads;
  /** the first commitment that covers the request */
  readonly committed: HeadsCommitted;
  readonly views: LineageViews;
  readonly disclosures: Disclosures;
  /** gives other work a turn during the replay */
  readonly breathe: () => Promise<void>;
}

/** The path whose disclosure names the accounts behind pseudonyms. */
export const ACCOUNT_PATH = '/data/actor/account';

/**
 * Reads everything that a pack is made of, as of the first heads commitment that covers the request: what is recorded later
 * does not enter, so a rebuild meets the same facts.
 *
 * @throws TieoutError `internal` with `reason` `subject-unknown`
 */
export async function gatherPack(
  request: PackRequest,
  sources: GatheringSources,
): Promise<PackInput> {
  const { log, views } = sources;
  const { subject, depth } = request;
  const { size: asOf, index } = sources.committed;
  const checkpoint = log.firstCheckpointOf(index);
  const { size } = checkpoint;
  const stream = streamName(subject.type, subject.entity, subject.id);
  const lineage = views.lineageOf(stream, { depth, size: asOf });
  if (lineage === undefined) throw subjectUnknown(stream, asOf);
  const replay = await replayLog(log, {
    ...{ subject: stream, depth, size: asOf },
    breathe: sources.breathe,
  });
  const streams = lineage.nodes.map((node) => node.stream);
  const entryAt = (index: number): PackEntry => ({
    index,
    bytes: log.entryBytes(index),
    hashes: log.inclusionProof(index, size),
  });
  const entries = lineage.steps
    .map(({ index }) => index)
    .sort((a, b) => a - b)
    .map(entryAt);
  const privacy = erasureFacts(entries, replay.privacyIndexes.map(entryAt));
  const keys = [...replay.keyIndexes, ...keysBetween(log, asOf, size)].map(entryAt);
  const ledger: PackLedger = {
    origin: checkpoint.origin,
    asOf,
    size,
    root: hex(checkpoint.root),
    checkpoint: checkpoint.note,
    policy: policyOf(keys),
  };
  return {
    request,
    ledger,
    lineage,
    entries,
    keys,
    replay,
    ...privacy,
    heads: await sources.heads.proofsUnder(sources.committed, named(lineage), size),
    keysHead: await keysHeadOf(sources, size),
    findings: views.findingsOn(streams, asOf),
    breaks: views.breaksOn(streams, asOf),
    matches: views.matchesOn(streams, asOf),
    ...disclosed(request, { entries, erased: privacy.erased }, sources.disclosures),
    unreadable: [],
    build: buildFacts(),
    verifier: readVerifier(),
  };
}

/** The streams of the lineage, and those that it names and nobody has sent: of these absence is proved. */
function named({ nodes, excluded }: LineageFacts): string[] {
  const missing = excluded.filter(({ reason }) => reason === 'not-recorded');
  return [...new Set([...nodes, ...missing].map(({ stream }) => stream))].sort();
}

/** A key event behind the commitment says already who may sign the checkpoint above it. */
function keysBetween(log: LogReader, from: number, to: number): number[] {
  const indexes = Array.from({ length: to - from }, (_, i) => from + i);
  return indexes.filter((index) => {
    const text = Buffer.from(log.entryBytes(index)).toString('utf8');
    return (JSON.parse(text) as { stream: string }).stream === KEYS_STREAM;
  });
}

async function keysHeadOf(
  { heads, committed }: GatheringSources,
  against: number,
): Promise<HeadsProof> {
  const [proof] = await heads.proofsUnder(committed, [KEYS_STREAM], against);
  return proof as HeadsProof;
}

function subjectUnknown(stream: string, size: number): TieoutError {
  return new TieoutError('internal', `The ledger has no object ${stream} below size ${size}.`, {
    reason: 'subject-unknown',
    stream,
  });
}

/** The keys that the log itself has in service; a hint for the reader, who brings his own. */
function policyOf(entries: readonly PackEntry[]): string {
  const history = KeyHistory.of(
    entries.map(({ index, bytes }) => {
      const { type, data } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Entry;
      return { index, type, data };
    }),
  );
  if (history.current.length === 0)
    throw new TieoutError('internal', 'The log has no founding entry.', { reason: 'keys-missing' });
  return policyText(...history.current.map(({ key }) => key.vkey));
}

interface DisclosedEntry {
  readonly id: string;
  readonly actor: { readonly id: string; readonly onBehalfOf?: string };
  readonly data: { readonly initiatedBy?: string };
  readonly overrides?: readonly { readonly approver: string }[];
  readonly commitments?: Readonly<Record<string, string>>;
}

function disclosed(
  { disclose }: PackRequest,
  { entries, erased }: Pick<PackInput, 'entries' | 'erased'>,
  disclosures: Disclosures,
): Pick<PackInput, 'openings' | 'identities'> {
  if (disclose.length === 0) return { openings: [], identities: [] };
  const read = entries.map(
    ({ bytes }) => JSON.parse(Buffer.from(bytes).toString('utf8')) as DisclosedEntry,
  );
  const wanted = (path: string): boolean => disclose.some((pattern) => matches(pattern, path));
  const openings = read
    .filter(({ commitments = {} }) => Object.keys(commitments).some(wanted))
    .flatMap(({ id, commitments = {} }) => disclosures.openings(id, wanted, commitments));
  // Recorded as erased a moment ago, a value may still be there: it is shown no more.
  const gone = new Set(erased.map(({ id, path }) => `${id} ${path}`));
  return {
    openings: openings.filter(({ id, path }) => !gone.has(`${id} ${path}`)).sort(byIdAndPath),
    identities: wanted(ACCOUNT_PATH) ? accountsOf(read, disclosures) : [],
  };
}

function accountsOf(
  entries: readonly DisclosedEntry[],
  disclosures: Disclosures,
): readonly Identity[] {
  const pseudonyms = entries.flatMap(({ actor, data, overrides = [] }) => [
    actor.id,
    actor.onBehalfOf,
    data.initiatedBy,
    ...overrides.map(({ approver }) => approver),
  ]);
  const known = [...new Set(pseudonyms.filter((id) => id !== undefined))].sort();
  return disclosures.identities(known);
}

/** `*` stands for any one part: `/data/attachments` then any index then `name`. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  return (
    wanted.length === parts.length && wanted.every((part, i) => part === '*' || part === parts[i])
  );
}
