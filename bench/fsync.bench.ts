import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from './append-ledger';
import { RawTable } from './append-raw';
import { report } from './report';

/** Counts the syncs of each side under strace: a side that does not sync each commit would be measured for something else. */
const COMMITS = 200;
const SIDES = ['raw', 'ledger'] as const;

async function commit(side: string, count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-fsync-'));
  const shape = { commits: count, events: 1, callers: 1 };
  try {
    if (side === 'raw') {
      const raw = new RawTable(join(folder, 'raw.db'), shape);
      raw.prepare();
      await raw.round();
    } else {
      const ledger = await Ledger.open(join(folder, 'ledger'), 'worker', shape);
      ledger.prepare();
      await ledger.round();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  // Without a close: only what the commits themselves sync is counted.
  process.exit(0);
}

/** Syncs of a run with that many commits; undefined where strace is not there. */
function syncsOf(side: string, count: number): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-strace-'));
  const out = join(folder, 'trace');
  const args = ['-f', '-qq', '-e', 'trace=fsync,fdatasync', '-o', out];
  const self = [process.execPath, process.argv[1] ?? '', side, String(count)];
  const { status } = spawnSync('strace', [...args, ...self], { stdio: 'ignore' });
  const calls = status === 0 ? readFileSync(out, 'utf8').match(/(fsync|fdatasync)\(/g) : undefined;
  rmSync(folder, { recursive: true, force: true });
  return calls?.length;
}

function main(): void {
  for (const side of SIDES) {
    const [few, many] = [syncsOf(side, 1), syncsOf(side, 1 + COMMITS)];
    const known = few !== undefined && many !== undefined;
    const each = known ? (many - few) / COMMITS : 0;
    report({
      section: 'Syncs',
      work: `fsync and fdatasync of ${COMMITS} commits of one event, ${side}`,
      target: 'one each',
      measured: known ? `${each.toFixed(2)} a commit` : 'not measured: strace is not here',
      spread: '',
      ...(known ? { met: each >= 1 && each < 1.1 } : {}),
    });
  }
}

const [, , side, count] = process.argv;
if (side === undefined) main();
else void commit(side, Number(count));
