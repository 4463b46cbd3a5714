import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const CLI = join(__dirname, '../../dist/src/cli.js');

/** The story as a newcomer sees it: the built program, its threads, its own port. */
describe('npm run demo -- --exit', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'demo', '--exit'], {
    encoding: 'utf8',
    timeout: 240_000,
  });

  it('ends with 0 and says nothing went wrong', () => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/\d{4} events recorded, 0 refused/);
  });

  it.each([
    ['one person who created and approved the same order', /P2P-04 .*P-03 on both sides.*1004/],
    ['a payment that nobody approved', /DOA-05 .* payment PAY-1016 of E_DE/],
    ['an invoice entered twice', /INV-1010B .*one claim, entered 2 times/],
    ['an invoice without a goods receipt', /Invoice INV-1022 .*No goods receipt/],
    ['a payment that the bank booked 10.00 short', /AMOUNT_DIFFERENCE E_DE EUR -10\.00/],
    ['a bank fee that the books do not have', /UNMATCHED_B E_DE EUR 12\.50/],
  ])('finds %s', (_what, line) => {
    expect(stdout).toMatch(line);
  });

  it('finds nothing that was not planted', () => {
    const attention = /Needs your attention\n((?: {2}- .*\n)*)/.exec(stdout)?.[1] ?? '';
    expect(attention.trimEnd().split('\n')).toHaveLength(4);
    expect(stdout).toMatch(/matched, 2 open/);
  });

  it('makes a pack that verifies, and names the place when one bit of it is flipped', () => {
    expect(stdout).toMatch(/VERIFIED {2}EP-/);
    expect(stdout).toMatch(
      /FAILED {2}EP-.*first bad position: index \d+, file data\/items\/.*entries\.jsonl, line 1/,
    );
    expect(stdout).toMatch(/leaf-mismatch {2}field \/data\/amount\/amount/);
  });
});
