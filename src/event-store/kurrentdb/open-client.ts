import { EventStoreDBClient } from '@eventstore/db-client';
import { readFileSync } from 'node:fs';
import { TieoutError } from '../../kernel/errors';
import { type KurrentConnection } from './connection-string';
import { tellingShutChannel } from './shut-channel';
import { timed } from './timed';

const KEEP_ALIVE_MS = 10_000;
/**
 * Clients whose settings are equal share one connection below, with its 100 calls and its end. A keep-alive that differs
 * by a millisecond gives each its own.
 */
const KEEP_ALIVES = 1_000;
let clients = 0;
const DISPOSE_MS = 1_500;
const VERSION_MS = 5_000;
/** The first with the batch of fixes that exact appends rely on. */
const OLDEST_SERVER = [23, 10] as const;

/** The client with what its base class keeps for derived ones. */
export class KurrentClient extends EventStoreDBClient {
  /** @throws NotAnswered, or what the client throws; the text is `unknown` where the server does not tell */
  async serverVersion(): Promise<string> {
    return (await timed(this.capabilities, VERSION_MS)).serverVersion;
  }

  /** Has appends on a channel that a reconnect shut fail as the others do. */
  guarded(): this {
    const { execute } = this;
    this.execute = (client, name, action) =>
      execute(client, name, (open) => action(tellingShutChannel(open)));
    return this;
  }

  /** Ends every call and the connection. Bounded: a call that does not end is left behind. */
  async end(): Promise<void> {
    await timed(this.dispose(), DISPOSE_MS).catch(() => undefined);
    const channel = timed(this.getChannel(), DISPOSE_MS);
    await channel.then((open) => open.close()).catch(() => undefined);
  }
}

/**
 * Opens no connection yet. Nothing of the connection string reaches the client, which would print it in errors and logs.
 *
 * @param name shown in the server's list of connections
 * @throws TieoutError `configuration` when a certificate file cannot be read
 */
export const openClient = (
  connection: KurrentConnection,
  name: string,
  deadlineMs: number,
): KurrentClient => newClient(connection, name, deadlineMs).guarded();

function newClient(connection: KurrentConnection, name: string, deadlineMs: number): KurrentClient {
  clients = (clients + 1) % KEEP_ALIVES;
  const common = {
    connectionName: name,
    defaultDeadline: deadlineMs,
    keepAliveInterval: KEEP_ALIVE_MS + clients,
    keepAliveTimeout: KEEP_ALIVE_MS,
    throwOnAppendFailure: true,
  };
  const credentials = channelCredentials(connection);
  const [first, ...others] = connection.hosts;
  if (first === undefined) throw new TypeError('a connection has a host');
  if (connection.discover) {
    return new KurrentClient({ ...common, discover: first, nodePreference: 'leader' }, credentials);
  }
  if (others.length > 0) {
    return new KurrentClient(
      { ...common, endpoints: [...connection.hosts], nodePreference: 'leader' },
      credentials,
    );
  }
  return new KurrentClient({ ...common, endpoint: first }, credentials);
}

function channelCredentials({ tls, tlsCaFile, userCertFile, userKeyFile }: KurrentConnection) {
  if (!tls) return { insecure: true };
  return {
    insecure: false,
    ...(tlsCaFile === undefined ? {} : { rootCertificate: fileOf(tlsCaFile, 'tlsCAFile') }),
    ...(userCertFile === undefined ? {} : { userCertFile: fileOf(userCertFile, 'userCertFile') }),
    ...(userKeyFile === undefined ? {} : { userKeyFile: fileOf(userKeyFile, 'userKeyFile') }),
  };
}

function fileOf(path: string, option: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new TieoutError(
      'configuration',
      `The file of ${option} in TIEOUT_KURRENTDB_URL cannot be read (${why}): ${path}.`,
    );
  }
}

/** @throws TieoutError `configuration` for a server that is too old; one that does not tell its version is taken */
export function checkServerVersion(version: string): void {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return;
  const [oldestMajor, oldestMinor] = OLDEST_SERVER;
  const isOld =
    Number(major) < oldestMajor || (Number(major) === oldestMajor && Number(minor) < oldestMinor);
  if (!isOld) return;
  throw new TieoutError(
    'configuration',
    `The server is version ${version}. Tieout needs EventStoreDB 23.10 or later, or KurrentDB: upgrade the server.`,
  );
}
