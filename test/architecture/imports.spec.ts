import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../support/repository';
import { temporaryFolder } from '../support/temporary-folder';

interface Cruise {
  readonly modules: readonly unknown[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** Runs the import rules of the repository over a folder. */
function cruise(folder: string): Cruise {
  const program = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const folders = ['src', 'projections', 'evidence'];
  const options = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', '--no-progress'];
  const args = [program, ...folders, ...options];
  // The exit code counts the violations; the report on stdout says which.
  const report = (() => {
    try {
      return execFileSync(process.execPath, args, {
        cwd: folder,
        maxBuffer: 256 * 1024 * 1024,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      const { stdout } = error as { stdout?: Buffer };
      if (stdout === undefined || stdout.length === 0) throw error;
      return stdout;
    }
  })();
  return JSON.parse(report.toString('utf8')) as Cruise;
}

const broken = ({ summary }: Cruise) =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();

describe('the import rules', () => {
  const newFolder = temporaryFolder();

  it('are kept by every file', () => {
    const report = cruise(ROOT);
    expect(report.modules.length).toBeGreaterThan(100);
    expect(broken(report)).toEqual([]);
  });

  it('catch each what they are there for', () => {
    const folder = newFolder();
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json'])
      copyFileSync(join(ROOT, file), join(folder, file));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    write(
      'src/kernel/word.ts',
      `import { readFileSync } from 'node:fs';\nexport const word = readFileSync;\n`,
    );
    write('src/a/one.ts', `import { two } from './two';\nexport const one = () => two;\n`);
    write('src/a/two.ts', `import { one } from './one';\nexport const two = () => one;\n`);
    write('src/a/close.decider.ts', `import { one } from './one';\nexport const close = one;\n`);
    write(
      'src/a/rows.ts',
      `import Database from 'better-sqlite3';\nexport const rows = Database;\n`,
    );
    write(
      'src/a/test-only.ts',
      `import { it } from '../../test/support/it';\nexport const its = it;\n`,
    );
    write('test/support/it.ts', `export const it = 1;\n`);
    write(
      'src/event-store/store.ts',
      `import { board } from '../../projections/board';\nexport const store = board;\n`,
    );
    write(
      'projections/board.ts',
      `import { close } from '../src/a/close.decider';\nexport const board = close;\n`,
    );
    write(
      'evidence/pack/tree.ts',
      `import MerkleTools from 'merkle-tools';\nexport const tree = MerkleTools;\n`,
    );
    write(
      'evidence/verify/verify.ts',
      `import { tree } from '../pack/tree';\nimport 'commander';\nexport const verify = tree;\n`,
    );
    expect(new Set(broken(cruise(folder)).map((line) => line.split(':')[0]))).toEqual(
      new Set([
        'kernel-is-pure',
        'no-cycles',
        'pure-files-stay-pure',
        'sqlite-driver-in-two-places',
        'src-does-not-import-tests',
        'kernel-below-all',
        'projections-do-not-command',
        'merkle-tools-in-one-file',
        'verifier-shares-pure-code-only',
        'verifier-has-no-dependencies',
      ]),
    );
  });
});
