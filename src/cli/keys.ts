import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeys, loadSigner, policyText } from '../sealing';
import { systemRandomness } from '../system';
import { type ExitCode, type Output } from './output';

/** Makes a ledger's signing key and its recovery key; shows only what may be shown. */
export function keysGenerate(origin: string, folder: string, output: Output): ExitCode {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keyFile = join(folder, 'log.key');
  const recoveryKeyFile = join(folder, 'recovery.key');
  const keys = generateKeys({ origin, randomness: systemRandomness, keyFile, recoveryKeyFile });
  if (output.json) output.out(JSON.stringify({ ...keys, origin }));
  else {
    output.out(keys.vkey);
    output.note(
      `Signing key: ${keyFile}. Recovery key: ${recoveryKeyFile}; move that one offline.`,
    );
    output.note('Give the line above to auditors: they pin it and need not trust this service.');
  }
  return 0;
}

/** The verification key of a private key file, as a line to pin or as a policy file. */
export function keysShow(
  keyFile: string,
  origin: string,
  asPolicy: boolean,
  output: Output,
): ExitCode {
  const { vkey } = loadSigner(keyFile, origin);
  if (output.json) output.out(JSON.stringify({ origin, vkey }));
  else output.out(asPolicy ? policyText(vkey).trimEnd() : vkey);
  return 0;
}
