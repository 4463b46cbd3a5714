import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TieoutError } from '../kernel/errors';
import { type Config } from './config';
import { keysFolder, VARIABLES, type Variable } from './variables';

export { VARIABLES };

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration: environment first, then the file that `TIEOUT_CONFIG` names, then the defaults.
 *
 * @throws TieoutError `configuration` with every error at once
 */
export function loadConfig(env: Environment): Config {
  const errors: string[] = [];
  const file = readFile(env['TIEOUT_CONFIG'], errors);
  const reader = new Reader({ ...file, ...defined(env) }, errors);
  const config = build(reader);
  reader.refuseUnknown();
  if (errors.length > 0) {
    throw new TieoutError(
      'configuration',
      `The configuration has ${errors.length} errors:\n${errors.map((e) => `  ${e}`).join('\n')}`,
      {
        errors,
      },
    );
  }
  return Object.freeze({ ...config, limits: Object.freeze(config.limits) });
}

function build(reader: Reader): Config {
  const v = VARIABLES;
  const dataDir = reader.get(v.dataDir, './data');
  const ledger = reader.get(v.ledger, 'main');
  const keys = keysFolder(dataDir);
  return {
    host: reader.get(v.host, '127.0.0.1'),
    port: reader.get(v.port, 8080),
    dataDir,
    ledger,
    origin: reader.get(v.origin, `localhost/ledgers/${ledger}/log`),
    store: reader.get(v.store, 'sqlite'),
    kurrentdbUrl: reader.optional(v.kurrentdbUrl),
    kurrentdbAccountFile: reader.optional(v.kurrentdbAccountFile),
    kurrentdbInsecure: reader.get(v.kurrentdbInsecure, false),
    signer: reader.get(v.signer, 'on'),
    sealWaitMs: reader.getDefault(v.sealWaitMs),
    logKeyFile: reader.get(v.logKeyFile, join(keys, 'log.key')),
    recoveryKeyFile: reader.get(v.recoveryKeyFile, join(keys, 'recovery.key')),
    kekFile: reader.get(v.kekFile, join(keys, 'kek')),
    pepperFile: reader.get(v.pepperFile, join(keys, 'pepper')),
    sideDir: reader.get(v.sideDir, join(dataDir, 'ledgers', ledger)),
    anchorDir: reader.get(v.anchorDir, join(dataDir, 'anchors', ledger)),
    policyFile: reader.optional(v.policyFile),
    tsaUrl: reader.optional(v.tsaUrl),
    tsaCaFile: reader.optional(v.tsaCaFile),
    witnessKeyFile: reader.optional(v.witnessKeyFile),
    witnessLogsFile: reader.optional(v.witnessLogsFile),
    logPublic: reader.get(v.logPublic, false),
    docsPublic: reader.get(v.docsPublic, false),
    headsEvents: reader.getDefault(v.headsEvents),
    headsMs: reader.getDefault(v.headsMs),
    monitorEvents: reader.getDefault(v.monitorEvents),
    monitorPercent: reader.getDefault(v.monitorPercent),
    workers: reader.get(v.workers, true),
    logLevel: reader.get(v.logLevel, 'info'),
    limits: {
      eventBytesMax: reader.getDefault(v.eventBytesMax),
      batchEventsMax: reader.getDefault(v.batchEventsMax),
      batchBytesMax: reader.getDefault(v.batchBytesMax),
      bulkLineBytesMax: reader.getDefault(v.bulkLineBytesMax),
      bulkSpoolBytesMax: reader.getDefault(v.bulkSpoolBytesMax),
      statementBytesMax: reader.getDefault(v.statementBytesMax),
      attachmentBytesMax: reader.getDefault(v.attachmentBytesMax),
    },
  };
}

class Reader {
  constructor(
    private readonly values: Environment,
    private readonly errors: string[],
  ) {}

  get<T>(variable: Variable<T>, otherwise: T): T {
    const text = this.values[variable.name];
    if (text === undefined || text === '') return otherwise;
    try {
      return variable.parse(text);
    } catch (error) {
      this.errors.push(`${variable.name} ${(error as Error).message}, not ${JSON.stringify(text)}`);
      return otherwise;
    }
  }

  /** A variable that means something only when it is set. */
  optional<T>(variable: Variable<T>): T | undefined {
    const text = this.values[variable.name];
    return text === undefined || text === ''
      ? undefined
      : this.get<T | undefined>(variable, undefined);
  }

  /** A variable whose shown default is its default. */
  getDefault(variable: Variable<number>): number {
    return this.get(variable, variable.parse(variable.shownDefault));
  }

  /** A misspelt variable would silently leave a default in force. */
  refuseUnknown(): void {
    const known = new Set<string>(Object.values(VARIABLES).map(({ name }) => name));
    for (const name of Object.keys(this.values)) {
      if (name.startsWith('TIEOUT_') && !known.has(name) && !OTHERS.has(name)) {
        this.errors.push(`${name} is not a variable of this version`);
      }
    }
  }
}

/** Read by the command line and by tests, not by the service. */
const OTHERS = new Set(['TIEOUT_CONFIG', 'TIEOUT_URL', 'TIEOUT_API_KEY_FILE', 'TIEOUT_SHARED']);

function readFile(path: string | undefined, errors: string[]): Environment {
  if (path === undefined || path === '') return {};
  if (!existsSync(path)) {
    errors.push(`TIEOUT_CONFIG names ${path}, which does not exist`);
    return {};
  }
  const values: Record<string, string> = {};
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((line, i) => {
      if (/^\s*(#|$)/.test(line)) return;
      const match = /^\s*([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
      if (match?.[1] === undefined || match[2] === undefined)
        errors.push(`${path} line ${i + 1} is not NAME=VALUE`);
      else values[match[1]] = match[2];
    });
  return values;
}

function defined(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
}
