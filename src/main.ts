import { type DynamicModule } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { issueBootstrapKey } from './bootstrap-key';
import { type Config } from './config';
import { createApp } from './create-app';
import { type LedgerRuntime, openLedgerRuntime } from './ledger-runtime';
import { pause, sleep, systemClock, systemRandomness } from './system';

export interface RunningService {
  readonly runtime: LedgerRuntime;
  readonly app: NestFastifyApplication;
  /** such as `http://127.0.0.1:8080` */
  readonly url: string;
  /** set on the first start only */
  readonly bootstrap: { readonly key: string; readonly file: string } | undefined;
  /** Stops taking requests, finishes those in work, closes the ledger. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Opens the ledger and listens.
 *
 * @param root what is served instead of the application alone: the application and routes that a benchmark adds
 * @throws TieoutError `configuration`, `store-unavailable`, `store-corrupt`
 */
export async function startService(
  config: Config,
  root?: (runtime: LedgerRuntime) => DynamicModule,
): Promise<RunningService> {
  const runtime = await openLedgerRuntime({
    config,
    clock: systemClock,
    randomness: systemRandomness,
    sleep,
    pause,
  });
  try {
    const bootstrap = await issueBootstrapKey(runtime);
    const app = await createApp(runtime, root?.(runtime));
    await app.listen(config.port, config.host);
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= app.close().then(() => runtime.close()));
    return {
      runtime,
      app,
      url: (await app.getUrl()).replace('[::1]', '127.0.0.1'),
      bootstrap,
      stop,
    };
  } catch (error) {
    await runtime.close();
    throw error;
  }
}
