import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cosignerOf, generateKeys, loadKey, loadSigner, policyText } from '../sealing';
import { type BulkTarget } from '../client/bulk';
import { hex } from '../kernel/hash';
import { systemRandomness } from '../system';
import { clientOf, UsageError } from './connection';
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

/** The verifier key of this service as a witness of other logs. */
export function keysWitness(keyFile: string | undefined, output: Output): ExitCode {
  if (keyFile === undefined) throw new UsageError('TIEOUT_WITNESS_KEY_FILE is not set.');
  const { name, vkey } = cosignerOf(loadKey(keyFile));
  output.out(output.json ? JSON.stringify({ name, vkey }) : vkey);
  return 0;
}

export interface RotateCommand {
  readonly reason: string;
  readonly overlapDays: string;
}

/** Asks for a new key of the log; prints the id that another person approves. */
export async function keysRotate(
  target: BulkTarget,
  { reason, overlapDays }: RotateCommand,
  output: Output,
): Promise<ExitCode> {
  if (!/^\d{1,3}$/u.test(overlapDays)) throw new UsageError('--overlap-days is 0 to 365.');
  const asked = { reason, overlapDays: Number(overlapDays) };
  const key = `keys-rotate-${hex(systemRandomness.bytes(8))}`;
  const { body } = await clientOf(target).command<Rotation>('/v1/log/keys/rotate', key, asked);
  output.out(output.json ? JSON.stringify(body) : body.id);
  output.note(`Another person approves it: tieout keys approve ${body.id}`);
  return 0;
}

/** Approves a new key; prints its vkey, which auditors and witnesses pin. */
export async function keysApprove(
  target: BulkTarget,
  id: string,
  output: Output,
): Promise<ExitCode> {
  const path = `/v1/log/keys/rotate/${encodeURIComponent(id)}/approve`;
  const { body } = await clientOf(target).command<Rotation>(path, `keys-approve-${id}`);
  output.out(output.json ? JSON.stringify(body) : body.vkey);
  output.note('Give the line above to auditors and witnesses before the old key is retired.');
  return 0;
}

interface Rotation {
  readonly id: string;
  readonly vkey: string;
}
