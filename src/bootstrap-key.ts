import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hex } from './kernel/hash';
import { addMillis } from './kernel/instant';
import { type Instant } from './kernel/runtime';
import { BOOTSTRAP_CLIENT } from './access/access.controller';
import { keyIdOf, newApiKey, verifierOf } from './access/api-key';
import { apiKey } from './access/api-key.decider';
import { keyStream } from './access/key-authenticator';
import { type LedgerRuntime } from './ledger-runtime';
import { streamNames } from './event-store/sqlite';
import { writeSecretFile } from './sealing';

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * An installation that nobody can enter gets one key with `access.manage` alone, for 24 hours and from this machine.
 *
 * @returns the key's text and the file it was written to, or `undefined` when usable keys exist
 */
export async function issueBootstrapKey(
  runtime: LedgerRuntime,
): Promise<{ readonly key: string; readonly file: string } | undefined> {
  const { clock, randomness, executor, config, secrets } = runtime;
  // A halted ledger serves reads to the keys there are.
  if (runtime.store.finding !== undefined) return undefined;
  const now = clock.now();
  if (await hasUsableKey(runtime, now)) return undefined;
  const key = newApiKey(randomness, keyIdOf(hex(randomness.bytes(6))));
  await executor.execute({
    stream: keyStream(key.id),
    decider: apiKey,
    command: {
      kind: 'issue',
      mayGive: 'all',
      key: {
        client: BOOTSTRAP_CLIENT,
        kind: 'person',
        scopes: ['access.manage'],
        expiresAt: addMillis(now, DAY_MS),
        verifier: verifierOf(secrets.pepper, key.secret),
        bootstrap: true,
        issuedBy: 'sys-tieout',
      },
    },
    context: { process: 'bootstrap', causingEventId: key.id, n: 0 },
  });
  const file = join(config.dataDir, 'bootstrap.key');
  // An earlier one has ended, or this would not run.
  if (existsSync(file)) rmSync(file);
  writeSecretFile(file, `${key.text}\n`);
  return { key: key.text, file };
}

/** Read from the keys' own streams: the read model may be building, which takes minutes on a large ledger. */
async function hasUsableKey({ store, executor }: LedgerRuntime, now: Instant): Promise<boolean> {
  for (const stream of streamNames(store.reader(), 'api_key')) {
    const { state } = await executor.load(stream, apiKey);
    if (state.status === 'live' && state.issued !== undefined && state.issued.expiresAt > now)
      return true;
  }
  return false;
}
