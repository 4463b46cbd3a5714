import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiClient } from '../client/api-client';

export interface EvidenceResult {
  readonly file: string;
  readonly bytes: number;
  readonly verified: Verdict;
  readonly tampered: Verdict & { readonly offset: number };
}

export interface Verdict {
  readonly exitCode: number | null;
  readonly text: string;
}

const POLLS_MAX = 120;

export interface EvidenceOptions {
  readonly client: ApiClient;
  readonly sleep: (ms: number) => Promise<void>;
  readonly folder: string;
  /** `dist/evidence/verify/verify.mjs`, the file that is inside the pack too */
  readonly verifier: string;
}

/** Asks for a pack of one order's transaction, fetches it, verifies it, then verifies a copy with one bit flipped. */
export async function makeEvidence(
  order: string,
  options: EvidenceOptions,
): Promise<EvidenceResult> {
  const { client, folder, verifier } = options;
  const asked = await client.command<{ id: string; job: string }>(
    '/v1/evidence/packs',
    'demo-pack',
    {
      kind: 'transaction',
      subject: { type: 'purchase-order', entity: 'E_DE', id: order },
      purpose: 'Month-end review of a self-approved order',
    },
  );
  await finished(asked.body.job, options);
  const pack = await client.raw(`/v1/evidence/packs/${asked.body.id}/download`);
  const bytes = Buffer.from(await pack.arrayBuffer());
  const file = join(folder, `${order}.zip`);
  writeFileSync(file, bytes);
  const policy = join(folder, 'policy');
  const keys = await client.raw('/v1/log/keys', { headers: { Accept: 'text/plain' } });
  writeFileSync(policy, await keys.text());

  const verified = run(verifier, policy, file);
  const offset = offsetOfAnEntry(bytes);
  const copy = Buffer.from(bytes);
  copy[offset] = (copy[offset] ?? 0) ^ 1;
  const copyFile = join(folder, `${order}-tampered.zip`);
  writeFileSync(copyFile, copy);
  return {
    file,
    bytes: bytes.length,
    verified,
    tampered: { ...run(verifier, policy, copyFile), offset },
  };
}

async function finished(job: string, { client, sleep }: EvidenceOptions): Promise<void> {
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const { body } = await client.get<{ state: string; problem?: { detail?: string } }>(job);
    if (body.state === 'succeeded' || body.state === 'done') return;
    if (body.state === 'failed' || body.state === 'cancelled')
      throw new Error(`The pack was not built: ${JSON.stringify(body)}`);
    await sleep(250);
  }
  throw new Error(`The pack was not built within ${(POLLS_MAX * 250) / 1000} s.`);
}

/** A digit of an amount inside a stored entry: the kind of byte that somebody would like to change. */
function offsetOfAnEntry(zip: Buffer): number {
  const amount = Buffer.from('"amount":"');
  for (let at = zip.indexOf(LOCAL_HEADER); at >= 0; at = zip.indexOf(LOCAL_HEADER, at + 4)) {
    const name = zip.toString('latin1', at + 30, at + 30 + zip.readUInt16LE(at + 26));
    if (name.endsWith('/entries.jsonl')) return zip.indexOf(amount, at) + amount.length;
  }
  throw new Error('The pack holds no entries.');
}

/** A file inside a ZIP begins with this. */
const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');

function run(verifier: string, policy: string, file: string): Verdict {
  const { status, stdout } = spawnSync(process.execPath, [verifier, '--policy', policy, file], {
    encoding: 'utf8',
  });
  return { exitCode: status, text: stdout.trimEnd() };
}

/** The verifier as built beside this file. */
export const builtVerifier = (): string =>
  join(__dirname, '..', '..', 'evidence', 'verify', 'verify.mjs');
