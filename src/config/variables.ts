import { join } from 'node:path';

/** How a variable's text becomes a value; throws a sentence when it cannot. */
export interface Variable<T> {
  readonly name: string;
  readonly help: string;
  /** for the reference page and `config print` */
  readonly shownDefault: string;
  readonly parse: (text: string) => T;
}

export const text =
  (form: RegExp, says: string) =>
  (value: string): string => {
    if (!form.test(value)) throw new Error(says);
    return value;
  };

export const whole =
  (low: number, high: number) =>
  (value: string): number => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (!(number >= low && number <= high))
      throw new Error(`is a whole number from ${low} to ${high}`);
    return number;
  };

export const yesNo = (value: string): boolean => {
  if (value !== 'yes' && value !== 'no') throw new Error('is yes or no');
  return value === 'yes';
};

export const oneOf =
  <T extends string>(...choices: readonly T[]) =>
  (value: string): T => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new Error(`is one of ${choices.join(', ')}`);
    return found;
  };

const variable = <T>(
  name: string,
  shownDefault: string,
  help: string,
  parse: (text: string) => T,
): Variable<T> => ({
  name,
  shownDefault,
  help,
  parse,
});

const KIB = 1024;
const MIB = 1024 * KIB;
const path = text(/^[^\0]{1,4096}$/, 'is a path');
const bytes = whole(KIB, 8 * 1024 * MIB);

/** Every variable there is. The reference page is checked against this list. */
export const VARIABLES = {
  host: variable(
    'TIEOUT_HOST',
    '127.0.0.1',
    'address to listen on; this machine only by default',
    text(/^[0-9A-Za-z.:-]{1,255}$/, 'is an address or host name'),
  ),
  port: variable('TIEOUT_PORT', '8080', 'port; 0 takes a free one', whole(0, 65_535)),
  dataDir: variable(
    'TIEOUT_DATA_DIR',
    './data',
    'folder of the ledger, its keys and its read model',
    path,
  ),
  ledger: variable(
    'TIEOUT_LEDGER',
    'main',
    'short name of the ledger',
    text(/^[a-z0-9_]{1,32}$/, 'has 1 to 32 of a-z, 0-9 and _'),
  ),
  origin: variable(
    'TIEOUT_ORIGIN',
    'localhost/ledgers/<ledger>/log',
    'name of the log in every checkpoint, fixed when the ledger is founded',
    text(/^[^\s+]{1,200}$/, 'is a URL without scheme, spaces and +'),
  ),
  store: variable(
    'TIEOUT_STORE',
    'sqlite',
    'sqlite: the ledger is in the data folder; kurrentdb: it is on the server of TIEOUT_KURRENTDB_URL',
    oneOf('sqlite', 'kurrentdb'),
  ),
  kurrentdbUrl: variable(
    'TIEOUT_KURRENTDB_URL',
    'none',
    'connection string of KurrentDB or EventStoreDB, such as esdb://h1:2113,h2:2113,h3:2113',
    // Read where the connection is made: what is wrong with it is told without its text, which may hold a password.
    (value) => value,
  ),
  kurrentdbAccountFile: variable(
    'TIEOUT_KURRENTDB_ACCOUNT_FILE',
    'none',
    'file with user:password of that server, mode 0600; read again when the server refuses it',
    path,
  ),
  kurrentdbInsecure: variable(
    'TIEOUT_KURRENTDB_INSECURE',
    'no',
    'whether a connection without TLS may leave this machine',
    yesNo,
  ),
  signer: variable(
    'TIEOUT_SIGNER',
    'on',
    'off: signs no checkpoints; this node follows a shared ledger, and one on the embedded store only reads',
    oneOf('on', 'off'),
  ),
  sealWaitMs: variable(
    'TIEOUT_SEAL_WAIT_MS',
    '5000',
    'milliseconds that an append to a shared ledger waits until it is sealed',
    whole(100, 60_000),
  ),
  logKeyFile: variable(
    'TIEOUT_LOG_KEY_FILE',
    '<data>/keys/log.key',
    'private key that signs checkpoints, mode 0600',
    path,
  ),
  recoveryKeyFile: variable(
    'TIEOUT_RECOVERY_KEY_FILE',
    '<data>/keys/recovery.key',
    'where the first start writes the recovery key; move it offline',
    path,
  ),
  kekFile: variable(
    'TIEOUT_KEK_FILE',
    '<data>/keys/kek',
    'key that wraps the keys of personal values, mode 0600',
    path,
  ),
  pepperFile: variable(
    'TIEOUT_PEPPER_FILE',
    '<data>/keys/pepper',
    'secret under which API keys are stored, mode 0600',
    path,
  ),
  sideDir: variable(
    'TIEOUT_SIDE_DIR',
    '<data>/ledgers/<ledger>',
    'folder of personal values, pseudonyms and attached files; nodes of a shared ledger share it',
    path,
  ),
  anchorDir: variable(
    'TIEOUT_ANCHOR_DIR',
    '<data>/anchors/<ledger>',
    'folder of the mark below which nothing is signed; put it on another volume than the data',
    path,
  ),
  policyFile: variable(
    'TIEOUT_POLICY_FILE',
    'none',
    'tlog-policy file: the witnesses that are asked to cosign, and their quorum',
    path,
  ),
  tsaUrl: variable(
    'TIEOUT_TSA_URL',
    'none',
    'timestamping authority that is asked for a token of a checkpoint once a day',
    text(/^https?:\/\/\S{1,2000}$/, 'is an http address'),
  ),
  tsaCaFile: variable(
    'TIEOUT_TSA_CA_FILE',
    'none',
    'PEM certificates at which the chain of that authority may end',
    path,
  ),
  witnessKeyFile: variable(
    'TIEOUT_WITNESS_KEY_FILE',
    'none',
    'private key with which this service cosigns other logs, mode 0600',
    path,
  ),
  witnessLogsFile: variable(
    'TIEOUT_WITNESS_LOGS_FILE',
    'none',
    'policy file whose log lines are the logs that this witness follows',
    path,
  ),
  logPublic: variable(
    'TIEOUT_LOG_PUBLIC',
    'no',
    'whether the checkpoint needs no credential',
    yesNo,
  ),
  docsPublic: variable(
    'TIEOUT_DOCS_PUBLIC',
    'no',
    'whether documents and docs need no credential from other machines',
    yesNo,
  ),
  headsEvents: variable(
    'TIEOUT_HEADS_EVENTS',
    '4096',
    'events after which the heads of all streams are committed; 0 means not by count',
    whole(0, 65_536),
  ),
  headsMs: variable(
    'TIEOUT_HEADS_MS',
    '600000',
    'milliseconds after which they are committed if there are new events; 0 means not by time',
    whole(0, 86_400_000),
  ),
  monitorEvents: variable(
    'TIEOUT_MONITOR_EVENTS',
    '5000',
    'events a second that the self-monitor re-reads at most, or more where a round would take over a day; 0: only when asked',
    whole(0, 1_000_000),
  ),
  monitorPercent: variable(
    'TIEOUT_MONITOR_PERCENT',
    '10',
    'hundredths of a core that the self-monitor takes at most',
    whole(1, 100),
  ),
  workers: variable(
    'TIEOUT_WORKERS',
    'yes',
    'whether writer and projector run in threads of their own',
    yesNo,
  ),
  logLevel: variable(
    'TIEOUT_LOG_LEVEL',
    'info',
    'error, warn, info or debug',
    oneOf('error', 'warn', 'info', 'debug'),
  ),
  eventBytesMax: variable(
    'TIEOUT_EVENT_BYTES_MAX',
    String(48 * KIB),
    'bytes of one event',
    whole(KIB, 48 * KIB),
  ),
  batchEventsMax: variable(
    'TIEOUT_BATCH_EVENTS_MAX',
    '1000',
    'events of one batch',
    whole(1, 1_000),
  ),
  batchBytesMax: variable('TIEOUT_BATCH_BYTES_MAX', String(8 * MIB), 'bytes of one batch', bytes),
  bulkLineBytesMax: variable(
    'TIEOUT_BULK_LINE_BYTES_MAX',
    String(64 * KIB),
    'bytes of one line of a bulk stream',
    whole(KIB, 64 * KIB),
  ),
  bulkSpoolBytesMax: variable(
    'TIEOUT_BULK_SPOOL_BYTES_MAX',
    String(256 * MIB),
    'bytes of unread results of a bulk stream',
    bytes,
  ),
  statementBytesMax: variable(
    'TIEOUT_STATEMENT_BYTES_MAX',
    String(5 * 1024 * MIB),
    'bytes of one statement file',
    bytes,
  ),
  attachmentBytesMax: variable(
    'TIEOUT_ATTACHMENT_BYTES_MAX',
    String(100 * MIB),
    'bytes of one file beside a break',
    bytes,
  ),
} as const;

/** Defaults that hang on another value. */
export const keysFolder = (dataDir: string): string => join(dataDir, 'keys');
