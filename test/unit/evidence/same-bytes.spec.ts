import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildPack } from '../../../evidence/pack/build-pack';
import { sha256Hex } from '../../../src/kernel/hash';
import { SAMPLE_BREAK, sampleTransaction } from '../../support/sample-transaction';

const ROOT = join(__dirname, '../../..');

jest.setTimeout(120_000);

describe('a pack is a function of its input', () => {
  // Inside the project, so that the bundle finds the packages it leaves out.
  const folder = mkdtempSync(join(ROOT, 'node_modules/.same-bytes-'));
  const program = join(folder, 'hashes.cjs');

  beforeAll(() => {
    execFileSync(
      join(ROOT, 'node_modules/.bin/esbuild'),
      [
        join(ROOT, 'test/support/print-sample-hashes.ts'),
        '--bundle',
        '--platform=node',
        '--packages=external',
        `--outfile=${program}`,
        '--log-level=error',
      ],
      { cwd: tmpdir() },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const hashes = (env: NodeJS.ProcessEnv): string =>
    execFileSync(process.execPath, [program], {
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
    });

  it('has the same bytes in three time zones and two locales, ZIP included', () => {
    const first = hashes({ TZ: 'UTC', LANG: 'C' });
    expect(first).toContain('  data/evidence-pack.pdf\n');
    expect(first).toMatch(/[0-9a-f]{64}  zip\n$/);
    expect(hashes({ TZ: 'Pacific/Kiritimati', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' })).toBe(
      first,
    );
    expect(hashes({ TZ: 'America/St_Johns', LANG: 'tr_TR.UTF-8' })).toBe(first);
  });

  it('has the same bytes twice in one process, whatever was printed before', async () => {
    const first = await buildPack(await sampleTransaction());
    await buildPack(
      await sampleTransaction({
        breaks: [{ ...SAMPLE_BREAK, id: 'b1', sentence: 'Ж 中' }],
      }),
    );
    const again = await buildPack(await sampleTransaction());
    const list = ({ files }: typeof first): string[] =>
      files.map(({ path, bytes }) => `${sha256Hex(bytes)} ${path}`);
    expect(list(again)).toEqual(list(first));
  });
});
