import { TieoutError } from '../../kernel/errors';

export interface Host {
  readonly address: string;
  readonly port: number;
}

/** A parsed connection string. The text itself is never kept: it may hold a password. */
export interface KurrentConnection {
  /** one node, or the gossip seeds of a cluster */
  readonly hosts: readonly Host[];
  /** the first host is a name whose nodes are asked for the cluster */
  readonly discover: boolean;
  readonly tls: boolean;
  readonly tlsCaFile: string | undefined;
  readonly userCertFile: string | undefined;
  readonly userKeyFile: string | undefined;
  readonly account: Account | undefined;
}

export interface Account {
  readonly username: string;
  readonly password: string;
}

const DEFAULT_PORT = 2113;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3})$/;
const OPTIONS = new Set(['tls', 'tlscafile', 'usercertfile', 'userkeyfile']);

/**
 * Reads `esdb://h:2113?tls=false`, `esdb://h1,h2,h3` (gossip seeds) or `esdb+discover://name`; `kurrentdb://` is the same.
 *
 * @param insecureAllowed whether a connection without TLS may leave this machine
 * @throws TieoutError `configuration`; what it says never holds the text, since that may hold a password
 */
export function readConnectionString(text: string, insecureAllowed = false): KurrentConnection {
  const [, scheme, discover, rest = ''] =
    /^(esdb|kurrentdb)(\+discover)?:\/\/(.*)$/su.exec(text.trim()) ?? [];
  if (scheme === undefined) {
    throw wrong('begins with esdb://, esdb+discover://, kurrentdb:// or kurrentdb+discover://');
  }
  const query = rest.indexOf('?');
  const before = query < 0 ? rest : rest.slice(0, query);
  const options = readOptions(query < 0 ? '' : rest.slice(query + 1));
  const at = before.lastIndexOf('@');
  const tls = readFlag(options.get('tls'), 'tls', true);
  const connection = {
    hosts: readHosts(before.slice(at + 1).replace(/\/+$/, '')),
    discover: discover !== undefined,
    tls,
    tlsCaFile: options.get('tlscafile'),
    userCertFile: options.get('usercertfile'),
    userKeyFile: options.get('userkeyfile'),
    account: at < 0 ? undefined : readAccount(before.slice(0, at)),
  };
  check(connection, insecureAllowed);
  return connection;
}

function check(connection: KurrentConnection, insecureAllowed: boolean): void {
  const { hosts, tls, userCertFile, userKeyFile, tlsCaFile } = connection;
  if ((userCertFile === undefined) !== (userKeyFile === undefined)) {
    throw wrong('names userCertFile and userKeyFile together, or neither');
  }
  if (!tls && (tlsCaFile !== undefined || userCertFile !== undefined)) {
    throw wrong('names certificates, which tls=false would ignore');
  }
  const isLocal = hosts.every(({ address }) => LOOPBACK.test(address));
  if (!tls && !isLocal && !insecureAllowed) {
    throw wrong(
      'has tls=false for another machine: password and events would cross the network in clear. Use TLS, or set TIEOUT_KURRENTDB_INSECURE=yes',
    );
  }
}

function readHosts(text: string): readonly Host[] {
  if (text.includes('[')) {
    throw wrong('has an IPv6 literal, which the client cannot read: use a name or an IPv4 address');
  }
  return text.split(',').map((host) => {
    const [, address, port = String(DEFAULT_PORT)] =
      /^([A-Za-z0-9][A-Za-z0-9.-]{0,252})(?::(\d{1,5}))?$/.exec(host) ?? [];
    if (address === undefined || Number(port) < 1 || Number(port) > 65_535) {
      throw wrong('names hosts as name or name:port, separated by commas');
    }
    return { address, port: Number(port) };
  });
}

function readAccount(text: string): Account {
  const [name, password, ...others] = text.split(':').map(decoded);
  if (!name || !password || others.length > 0) {
    throw wrong('has user:password before the @, each percent-encoded');
  }
  return { username: name, password };
}

/** An option that the client would ignore is refused: it was written to change something. */
function readOptions(text: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const pair of text.split('&').filter((part) => part !== '')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(at, 0));
    const key = name.toLowerCase().replaceAll(/[_-]/g, '');
    if (key === 'tlsverifycert') {
      throw wrong('has tlsVerifyCert, which has no effect in this client: name a tlsCAFile');
    }
    if (!OPTIONS.has(key)) {
      throw wrong(
        'has an option that is not one of tls, tlsCAFile, userCertFile and userKeyFile; deadlines, keep-alive and node preference are set by the service',
      );
    }
    if (options.has(key)) throw wrong(`has the option ${key} twice`);
    options.set(key, decoded(pair.slice(at + 1)));
  }
  return options;
}

function readFlag(text: string | undefined, name: string, otherwise: boolean): boolean {
  if (text === undefined) return otherwise;
  if (text !== 'true' && text !== 'false') throw wrong(`has ${name}, which is true or false`);
  return text === 'true';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('has a % that begins no percent-encoded byte');
  }
}

const wrong = (what: string): TieoutError =>
  new TieoutError(
    'configuration',
    `TIEOUT_KURRENTDB_URL cannot be used: a connection string ${what}.`,
  );
