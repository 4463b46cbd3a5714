import { loadConfig } from '../config';
import { isTieoutError, storeUnavailable } from '../kernel/errors';
import {
  handOverOf,
  keyFolder,
  KEYS_STREAM,
  loadSigner,
  logKeys,
  newKeyFile,
  recoveryName,
  type Signer,
  type SignerOf,
} from '../sealing';
import { systemRandomness } from '../system';
import { UsageError } from './connection';
import { type ExitCode, type Output } from './output';
import { type StoppedLedger, withStoppedLedger } from './stopped-ledger';

export interface RetireCommand {
  readonly vkey?: string;
  readonly reason: string;
}

/** Retires the older of two keys now, on a stopped ledger, instead of at the end of the overlap. */
export async function keysRetire(
  command: RetireCommand,
  output: Output,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ExitCode> {
  const config = loadConfig(env);
  const signer = loadSigner(config.logKeyFile, config.origin);
  const signerOf = keyFolder(config.logKeyFile, config.origin);
  return withStoppedLedger<ExitCode>(config, { signer, signerOf }, async (ledger) => {
    const vkey = command.vkey ?? ledger.history().current[0]?.key.vkey ?? '';
    await ledger.executor.execute({
      ...{ stream: KEYS_STREAM, decider: logKeys },
      command: { kind: 'retire', key: { vkey, reason: command.reason } },
      context: await byHand(ledger, 'retire'),
    });
    told(output, ledger, `Retired ${vkey}. Its private key can be destroyed.`);
    return 0;
  });
}

export interface CompromisedCommand {
  readonly recoveryKey: string;
  readonly trustedSize: string;
  readonly reason: string;
  readonly vkey?: string;
}

/** Replaces a key that is lost or in other hands, by the word of the recovery key. */
export async function keysCompromised(
  command: CompromisedCommand,
  output: Output,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ExitCode> {
  const config = loadConfig(env);
  const { origin, logKeyFile } = config;
  if (!/^(0|[1-9]\d{0,14})$/u.test(command.trustedSize)) {
    throw new UsageError('--trusted-size is a whole number.');
  }
  const trustedSize = Number(command.trustedSize);
  const recovery = loadSigner(command.recoveryKey, recoveryName(origin));
  const keys = { signer: absent(origin, ''), signerOf: orAbsent(logKeyFile, origin) };
  return withStoppedLedger<ExitCode>(config, keys, async (ledger) => {
    if (trustedSize > ledger.log.size()) {
      throw new UsageError(`The log has ${ledger.log.size()} events, not ${trustedSize}.`);
    }
    const replaces = command.vkey ?? onlyKey(ledger);
    const { signer, path } = newKeyFile(logKeyFile, origin, systemRandomness);
    await ledger.executor.execute({
      ...{ stream: KEYS_STREAM, decider: logKeys },
      command: {
        ...{ kind: 'replace-lost', trustedSize, reason: command.reason },
        key: handOverOf({ origin, replaces, signer, recovery }),
      },
      context: await byHand(ledger, 'replace-lost'),
    });
    told(
      output,
      ledger,
      `The new key is in ${path}. Move it to ${logKeyFile}, then start the service.`,
    );
    return 0;
  });
}

/** The lost key's file may be gone: whoever would sign with it is refused, and nobody does. */
function orAbsent(keyFile: string, origin: string): SignerOf {
  const signerOf = keyFolder(keyFile, origin);
  return (vkey) => {
    try {
      return signerOf(vkey);
    } catch (error) {
      if (!isTieoutError(error, 'configuration')) throw error;
      return absent(origin, vkey);
    }
  };
}

const absent = (name: string, vkey: string): Signer => ({
  name,
  vkey,
  keyId: new Uint8Array(4),
  sign: () => {
    throw storeUnavailable('denied', `The private key of ${vkey} is not here.`);
  },
});

function onlyKey(ledger: StoppedLedger): string {
  const [first, ...others] = ledger.history().current;
  if (first === undefined || others.length > 0) {
    throw new UsageError('Two keys are in service: name the lost one with --vkey.');
  }
  return first.key.vkey;
}

/** Its id follows from the last key event, so the same act is not done twice. */
async function byHand({ executor }: StoppedLedger, act: string) {
  const { events } = await executor.load(KEYS_STREAM, logKeys);
  return { process: `keys-${act}`, causingEventId: events.at(-1)?.entry.id ?? '', n: 0 };
}

function told(output: Output, ledger: StoppedLedger, note: string): void {
  const inService = ledger.history().current.map(({ key }) => key.vkey);
  output.out(output.json ? JSON.stringify({ inService }) : inService.join('\n'));
  output.note(note);
}
