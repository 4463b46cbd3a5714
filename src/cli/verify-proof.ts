import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import {
  checkHeadsProof,
  checkProof,
  type CheckReport,
  ENTRY_FILE_BYTES_MAX,
  exitCodeOf,
  HEADS_PROOF_BYTES_MAX,
  type Policy,
  PROOF_BYTES_MAX,
  readPolicy,
  reportText,
} from '../sealing';
import { UsageError } from './connection';
import { readTrusted } from './fsck';
import { type ExitCode, type Output } from './output';

/** One entry against its `.tlog-proof`, offline. @returns 0 verified, 1 a finding, 4 good, but short of the policy */
export function verifyProof(
  file: string,
  { entry, policy }: { readonly entry: string; readonly policy?: string },
  output: Output,
): ExitCode {
  const trusted = { subject: file, policy: policyIn(policy) };
  const proof = startOf(file, PROOF_BYTES_MAX);
  return told(checkProof(proof, startOf(entry, ENTRY_FILE_BYTES_MAX), trusted), output);
}

/** One `.heads.json`, offline, with the entries of its stream or without. @returns as `verifyProof` */
export function verifyHeads(
  file: string,
  { entries, policy }: { readonly entries?: string; readonly policy?: string },
  output: Output,
): ExitCode {
  const trusted = { subject: file, policy: policyIn(policy) };
  const lines = entries === undefined ? undefined : bytesOf(entries);
  return told(checkHeadsProof(startOf(file, HEADS_PROOF_BYTES_MAX), lines, trusted), output);
}

/** `verify` itself knows the option too and takes it first, so that it cannot be required by the parser. */
function policyIn(path: string | undefined): Policy {
  if (path === undefined) throw new UsageError('Name the keys that you trust with --policy FILE.');
  return readTrusted(path, readPolicy);
}

function told(report: CheckReport, output: Output): ExitCode {
  output.out(output.json ? JSON.stringify(report) : reportText(report).trimEnd());
  return exitCodeOf(report);
}

/** At most one byte more than may be: what is longer is refused without being read. */
function startOf(path: string, max: number): Uint8Array {
  return readable(path, () => {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(max + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = readSync(file, bytes, length, bytes.length - length, null);
      }
      return bytes.subarray(0, length);
    } finally {
      closeSync(file);
    }
  });
}

const bytesOf = (path: string): Uint8Array => readable(path, () => readFileSync(path));

function readable(path: string, read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}
