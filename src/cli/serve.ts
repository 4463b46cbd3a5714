import { loadConfig } from '../config';
import { startService } from '../main';
import { type ExitCode, type Output } from './output';
import { signalled } from './signalled';

const STOP_MS_MAX = 10_000;

/** Runs the service until it is told to stop; a second signal ends it at once. */
export async function serve(
  output: Output,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ExitCode> {
  const config = loadConfig(env);
  const service = await startService(config);
  output.note(`Tieout serves the ledger ${config.ledger} (${config.origin}) at ${service.url}`);
  output.note(`API documentation: ${service.url}/docs`);
  if (service.bootstrap !== undefined) {
    output.note(
      'First start: this key issues the first API keys, from this machine, for 24 hours. It is shown once.',
    );
    output.out(service.bootstrap.key);
    output.note(`It is also in ${service.bootstrap.file} (mode 0600).`);
    output.note(
      `Move ${config.recoveryKeyFile} offline: it announces a new log key when the present one is lost.`,
    );
  }
  if (config.host !== '127.0.0.1' && config.host !== 'localhost') {
    output.note(
      'Warning: this listener is reachable from other machines and speaks plain HTTP. Put TLS in front of it.',
    );
  }
  await signalled();
  output.note('Stopping: requests in work are finished first.');
  const timer = setTimeout(() => process.exit(3), STOP_MS_MAX);
  await service.stop();
  clearTimeout(timer);
  return 0;
}
