import { statSync } from 'node:fs';
import { resolve } from 'node:path';

import { type CheckReport, type CheckResult, Findings } from '../../src/sealing/check-report';
import { findingOf } from '../../src/sealing/findings';
import { checkCheckpoint, CHECKPOINT, type Outside } from './anchors';
import { checkBag } from './bag';
import { type Context } from './context';
import { checkEvidence, type Evidence } from './evidence-json';
import { openFolder } from './folder-source';
import { checkItems } from './items';
import { checkKeys } from './log-keys';
import { checkItemsTree } from './items-tree';
import { type PackSource } from './pack-source';
import { Root } from './root';
import { openZip } from './zip-source';

const SEARCHES_MAX = 2;

export interface VerifyOptions extends Outside {
  /** how often a changed byte of an entry is searched for, a second each (default 2) */
  readonly searchesMax?: number;
  readonly onProgress?: (done: number, what: string) => void;
}

/**
 * Verifies an evidence pack, read-only and without network. Goes on after a finding.
 *
 * @param path a pack's folder or ZIP
 * @throws Error of the system when the path is not there
 */
export function verifyPack(path: string, options: VerifyOptions = {}): CheckReport {
  const findings = new Findings();
  const notes: string[] = [];
  const checked: Record<string, number> = {};
  let pack: PackSource;
  try {
    pack = statSync(path).isDirectory() ? openFolder(path) : openZip(path);
  } catch (error) {
    findings.add(findingOf(error));
    return reportOf('failed', resolve(path), { findings, notes, checked });
  }
  const { onProgress } = options;
  const context: Context = {
    pack,
    findings,
    notes,
    checked,
    searchesLeft: options.searchesMax ?? SEARCHES_MAX,
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  try {
    return verifyOpened(context, options);
  } catch (error) {
    notes.push(`Not finished: ${error instanceof Error ? error.message : String(error)}`);
    return reportOf('not-finished', pack.top, context);
  } finally {
    pack.close();
  }
}

function verifyOpened(context: Context, outside: Outside): CheckReport {
  const { findings, notes, pack } = context;
  const payload = checkBag(context);
  const evidence = checkEvidence(context, payload);
  const anchored = checkCheckpoint(context, outside);
  const root = rootOf(context, anchored.checkpoint, evidence);
  const isCounted = checkKeys(context, anchored, { root, asOf: evidence?.ledger.asOf });
  if (evidence !== undefined) {
    checkItems(context, evidence, root);
    checkItemsTree(context, evidence);
    if (evidence.status === 'partial')
      findings.warn('PARTIAL: the pack says that items are missing.');
    evidence.warnings.forEach((warning) => findings.warn(warning));
  }
  if (pack.files.has('tagmanifest-sha256.txt.p7s'))
    notes.push('The signature (.p7s) is not checked here.');
  if (pack.files.has('tagmanifest-sha256.txt.tsr'))
    notes.push('The timestamp (.tsr) is not checked here.');
  const isAnchored = anchored.isAnchored && isCounted;
  const result = findings.count > 0 ? 'failed' : isAnchored ? 'verified' : 'not-anchored';
  return reportOf(result, pack.top, context, anchored.checkpoint ?? evidence?.ledger);
}

/** A checkpoint that fails is no reason to call every entry false: `evidence.json` has a second copy of the root. */
function rootOf(
  context: Context,
  checkpoint:
    { readonly origin: string; readonly size: number; readonly root: Uint8Array } | undefined,
  evidence: Evidence | undefined,
): Root | undefined {
  const stated = evidence?.ledger;
  if (checkpoint === undefined) return stated && new Root(stated.size, stated.root);
  const agrees =
    stated === undefined ||
    (stated.origin === checkpoint.origin &&
      stated.size === checkpoint.size &&
      Buffer.compare(stated.root, checkpoint.root) === 0);
  if (!agrees) {
    const detail = 'It does not have the origin, size and root of evidence.json.';
    context.findings.add({ code: 'checkpoint-inconsistent', file: CHECKPOINT, detail });
  }
  return new Root(checkpoint.size, checkpoint.root);
}

function reportOf(
  result: CheckResult,
  subject: string,
  { findings, notes, checked }: Pick<Context, 'findings' | 'notes' | 'checked'>,
  log?: { readonly origin: string; readonly size: number },
): CheckReport {
  const { first } = findings;
  return {
    result: findings.count > 0 ? 'failed' : result,
    subject,
    ...(log === undefined ? {} : { origin: log.origin, size: log.size }),
    checked,
    ...(first === undefined ? {} : { first }),
    findings: findings.kept,
    findingCount: findings.count,
    warnings: findings.warnings,
    notes,
  };
}
