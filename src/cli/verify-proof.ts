import { readFileSync } from 'node:fs';
import {
  checkHeadsProof,
  checkProof,
  type CheckReport,
  exitCodeOf,
  type Policy,
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
  return told(checkProof(bytesOf(file), bytesOf(entry), trusted), output);
}

/** One `.heads.json`, offline, with the entries of its stream or without. @returns as `verifyProof` */
export function verifyHeads(
  file: string,
  { entries, policy }: { readonly entries?: string; readonly policy?: string },
  output: Output,
): ExitCode {
  const trusted = { subject: file, policy: policyIn(policy) };
  const lines = entries === undefined ? undefined : bytesOf(entries);
  return told(checkHeadsProof(bytesOf(file), lines, trusted), output);
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

function bytesOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}
