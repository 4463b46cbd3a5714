/** Limits that an operator may change; the defaults are those of `docs/reference/configuration.md`. */
export interface Limits {
  readonly eventBytesMax: number;
  readonly batchEventsMax: number;
  readonly batchBytesMax: number;
  readonly bulkLineBytesMax: number;
  /** results of a bulk stream that the caller does not read are spooled up to this size */
  readonly bulkSpoolBytesMax: number;
  readonly statementBytesMax: number;
  /** one file beside a break */
  readonly attachmentBytesMax: number;
}

/** What is in force, from environment and file. Frozen; every part gets it handed in. */
export interface Config {
  /** listener; loopback until configured */
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** short name of the ledger, `[a-z0-9_]{1,32}` */
  readonly ledger: string;
  /** the log's name in every checkpoint: a URL without scheme */
  readonly origin: string;
  /** where the ledger is */
  readonly store: 'sqlite' | 'kurrentdb';
  /** connection string; it may hold a password and is never printed */
  readonly kurrentdbUrl: string | undefined;
  /** `user:password`, instead of one in the connection string */
  readonly kurrentdbAccountFile: string | undefined;
  /** true: a connection without TLS may leave this machine */
  readonly kurrentdbInsecure: boolean;
  /** `off`: this node of a shared ledger signs nothing */
  readonly signer: 'on' | 'off';
  /** how long an append to a shared ledger waits for its seal */
  readonly sealWaitMs: number;
  readonly logKeyFile: string;
  readonly recoveryKeyFile: string;
  readonly kekFile: string;
  readonly pepperFile: string;
  /** folder of `privacy.db` and of the blobs */
  readonly sideDir: string;
  /** what the ledger must not fall behind, best on another volume than the data folder */
  readonly anchorDir: string;
  /** tlog-policy file with the witnesses that are asked and their quorum */
  readonly policyFile: string | undefined;
  /** timestamping authority (RFC 3161), and the PEM certificates where its chain may end */
  readonly tsaUrl: string | undefined;
  readonly tsaCaFile: string | undefined;
  /** private key of this service as a witness of other logs */
  readonly witnessKeyFile: string | undefined;
  /** policy file whose `log` lines are the logs that this witness follows */
  readonly witnessLogsFile: string | undefined;
  /** true: the checkpoint needs no credential */
  readonly logPublic: boolean;
  /** true: OpenAPI document and docs need no credential from other machines either */
  readonly docsPublic: boolean;
  /** commit to the heads of all streams after this many events; 0: not by count */
  readonly headsEvents: number;
  /** and after so many milliseconds with any event; 0: not by time */
  readonly headsMs: number;
  /** events a second that the self-monitor re-reads; 0: only when asked */
  readonly monitorEvents: number;
  /** hundredths of a core that it takes at most */
  readonly monitorPercent: number;
  /** false runs writer and projector on the main thread */
  readonly workers: boolean;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly limits: Limits;
}
