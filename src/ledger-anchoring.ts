import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTieoutError, TieoutError } from './kernel/errors';
import { millisOf } from './kernel/instant';
import { type Clock, type Randomness } from './kernel/runtime';
import { type Executor } from './commanding';
import { type Config } from './config';
import { type SqliteStore } from './event-store/sqlite';
import {
  AnchorFolder,
  Assurance,
  ANCHORS_STREAM,
  Cosigning,
  cosignerOf,
  HEADS_STREAM,
  loadKey,
  type LogKeys,
  type LogReader,
  openWitnessStore,
  type Policy,
  postBounded,
  readPolicy,
  Timestamping,
  type TimestampingOptions,
  Witness,
} from './sealing';

export interface Anchoring {
  readonly anchors: AnchorFolder;
  /** undefined without a policy file */
  readonly policy: Policy | undefined;
  readonly cosigning: Cosigning | undefined;
  /** undefined without an authority */
  readonly timestamping: Timestamping | undefined;
  /** what witnesses and the authority say of this log */
  readonly assurance: Assurance;
  /** this service as a witness of other logs; undefined without a witness key */
  readonly witness: Witness | undefined;
  close(): void;
}

/**
 * Opens what makes others vouch for this log, and what vouches for theirs.
 *
 * @throws TieoutError `configuration`
 */
export function openAnchoring(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly store: SqliteStore;
  readonly log: LogReader;
  readonly keys: LogKeys;
  readonly executor: Executor;
}): Anchoring {
  const { config, clock, store, log, keys, executor } = parts;
  const anchors = new AnchorFolder(config.anchorDir);
  const policy = config.policyFile === undefined ? undefined : readTrusted(config.policyFile);
  refuseSharedKeys(keys, policy);
  const hasNews = (after: number): boolean =>
    store.reader().get(HAS_NEWS, { after, heads: HEADS_STREAM, anchors: ANCHORS_STREAM }) !==
    undefined;
  const others = { log, anchors, executor, clock, post: postBounded, hasNews };
  const timestamping = openTimestamping(config, { ...others, keys, randomness: parts.randomness });
  const own = openWitness(config, clock);
  return {
    ...{ anchors, policy, timestamping },
    assurance: new Assurance({
      ...{ log, anchors, policy },
      tokenTime: timestamping && ((token, imprint) => timestamping.timeIn(token, imprint)),
    }),
    cosigning: policy && new Cosigning({ ...others, policy }),
    witness: own?.witness,
    close: () => own?.close(),
  };
}

function openTimestamping(
  { tsaUrl: url, tsaCaFile }: Config,
  parts: Omit<TimestampingOptions, 'url' | 'trusted'>,
): Timestamping | undefined {
  if (url === undefined) return undefined;
  if (tsaCaFile === undefined) {
    throw new TieoutError(
      'configuration',
      'TIEOUT_TSA_URL names an authority: name the certificates to trust in TIEOUT_TSA_CA_FILE.',
    );
  }
  return readOrRefuse(tsaCaFile, (trusted) => new Timestamping({ ...parts, url, trusted }));
}

/** Heads and anchors are answers to what happened, and would keep an idle log talking to itself. */
const HAS_NEWS = `
  SELECT 1 FROM event JOIN stream ON stream.no = event.stream_no
   WHERE event.position > :after AND stream.name NOT IN (:heads, :anchors) LIMIT 1`;

function openWitness(
  { witnessKeyFile, witnessLogsFile, dataDir }: Config,
  clock: Clock,
): { readonly witness: Witness; close(): void } | undefined {
  if (witnessKeyFile === undefined) return undefined;
  if (witnessLogsFile === undefined) {
    throw new TieoutError(
      'configuration',
      'TIEOUT_WITNESS_KEY_FILE makes this a witness: name the logs it follows in TIEOUT_WITNESS_LOGS_FILE.',
    );
  }
  const { logs } = readTrusted(witnessLogsFile);
  const cosigner = cosignerOf(loadKey(witnessKeyFile));
  const store = openWitnessStore(join(dataDir, 'witness.db'));
  const now = (): number => Math.floor(millisOf(clock.now()) / 1000);
  return { witness: new Witness({ logs, cosigner, store, now }), close: () => store.close() };
}

const readTrusted = (path: string): Policy => readOrRefuse(path, readPolicy);

function readOrRefuse<T>(path: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!isTieoutError(error, 'proof-invalid') && typeof code !== 'string') throw error;
    throw new TieoutError('configuration', `${path}: ${(error as Error).message}`, { path });
  }
}

/** A key that signs the log and cosigns it would count as two. */
function refuseSharedKeys(keys: LogKeys, policy: Policy | undefined): void {
  for (const [name, witness] of policy?.witnesses ?? []) {
    const shared = keys
      .history()
      .windows.some(({ key }) => Buffer.compare(key.publicKey, witness.publicKey) === 0);
    if (!shared) continue;
    throw new TieoutError('configuration', `The witness ${name} has a key of the log itself.`);
  }
}
