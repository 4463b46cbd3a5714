import { runDemo } from '../demo/run-demo';
import { type ExitCode, type Output } from './output';
import { signalled } from './signalled';

export interface DemoCommand {
  readonly port: string;
  readonly seed: string;
  readonly exit?: boolean;
  readonly keep?: boolean;
}

/** Runs the demo's month; then keeps serving it until told to stop, unless `--exit`. */
export async function demo(command: DemoCommand, output: Output): Promise<ExitCode> {
  const running = await runDemo({
    seed: command.seed,
    port: Number(command.port),
    keep: command.keep === true,
    say: (line) => output.out(line),
  });
  if (command.exit !== true) {
    output.out(
      `Still serving ${running.url} (API documentation: ${running.url}/docs). Ctrl+C ends it.`,
    );
    output.out(
      `curl -H 'Authorization: Bearer ${running.keys.controller}' ${running.url}/v1/findings`,
    );
    await signalled();
  }
  if (command.keep === true) output.out(`The data stays in ${running.folder}.`);
  await running.stop();
  return 0;
}
