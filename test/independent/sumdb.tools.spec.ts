import { join } from 'node:path';
import { readdirSync, readFileSync } from 'node:fs';
import { type BitFlip, flipsOf, meansTheSame } from '../support/bit-flips';
import { ExportedLog } from '../support/exported-log';
import { SumdbCheck } from '../support/sumdb-check';
import { acceptedFlips } from '../support/verifier-cases';

let log: ExportedLog;
let go: SumdbCheck;
beforeAll(async () => {
  go = new SumdbCheck();
  log = await ExportedLog.make();
}, 120_000);
afterAll(() => {
  go?.remove();
  log?.remove();
});

const logArgs = () => ['log', log.log, log.vkey];
const proofArgs = (index: number) => [
  ...['proof', log.file(`${index}.tlog-proof`), log.file(`entry-${index}.json`)],
  log.vkey,
];
const growthArgs = (size: number) => [
  ...['consistency', log.file(`${size}.checkpoint`), log.file(`${size}.consistency.json`)],
  log.vkey,
];
const headsArgs = (name: string) => ['heads', log.file(name), log.vkey];
const said = (...args: readonly (readonly string[])[]) =>
  go.ask(args.map((each) => ({ args: each })));

const accepted = (args: readonly string[], flips: readonly BitFlip[]) =>
  acceptedFlips((cases) => go.ask(cases), args, flips);

describe("Go's checksum database accepts", () => {
  it('the whole log: root and every tile follow from the entries', () => {
    // Three at level 0 and one at level 1.
    const tiles = 4;
    expect(said(logArgs())).toEqual([
      {
        accepted: true,
        said: `log of ${log.size} entries: root and ${tiles} tiles follow from the entries`,
      },
    ]);
  });

  it('inclusion proofs at the ends of the log and of its tiles', () => {
    expect(said(...log.proved.map(proofArgs))).toEqual(
      log.proved.map((index) => ({
        accepted: true,
        said: `the entry is at index ${index} of a log of ${log.size}`,
      })),
    );
  });

  it('that the log extends each checkpoint that was kept', () => {
    expect(said(...log.kept.map(growthArgs))).toEqual(
      log.kept.map((size) => ({
        accepted: true,
        said: `the log of ${log.size} entries extends that of ${size}`,
      })),
    );
  });

  it('the last event of a stream, and that a stream has none', () => {
    const [present, absent] = said(headsArgs('present.heads.json'), headsArgs('absent.heads.json'));
    expect(present).toMatchObject({ accepted: true });
    expect(present!.said).toMatch(/^invoice-E_DE\.INV-7 ends with revision 14, leaf [0-9a-f]{64}/u);
    expect(absent).toMatchObject({ accepted: true });
    expect(absent!.said).toMatch(/^invoice-E_DE\.NEVER has no event among 601 entries$/u);
  });
});

describe("Go's checksum database refuses", () => {
  it('every bit of the checkpoint, but those that no decoder looks at', () => {
    const flips = flipsOf(join(log.log, 'checkpoint'));
    expect(accepted(logArgs(), flips)).toEqual(flips.filter(meansTheSame));
  });

  it('any bit of any tile and bundle', () => {
    const files = readdirSync(join(log.log, 'tile'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\d$/u.test(name) && !name.endsWith('.p') && name.includes('/'))
      .map((name) => join(log.log, 'tile', name));
    expect(files).toHaveLength(3 + 3 + 1);
    for (const file of files) expect(accepted(logArgs(), flipsOf(file, 400))).toEqual([]);
  });

  it('every bit of a proof and of the entry it is for', () => {
    for (const index of [0, 256, log.size - 1]) {
      const proof = log.file(`${index}.tlog-proof`);
      const flips = flipsOf(proof);
      expect(accepted(proofArgs(index), flips)).toEqual(flips.filter(meansTheSame));
      const entry = log.file(`entry-${index}.json`);
      expect(accepted(proofArgs(index), flipsOf(entry))).toEqual([]);
    }
  });

  it('every bit of a hash in a proof of growth', () => {
    const file = log.file('257.consistency.json');
    const flips = bitsOfHashes(file);
    expect(flips.length).toBeGreaterThan(64 * 4);
    expect(accepted(growthArgs(257), flips)).toEqual([]);
  });

  it('an index, a size or a key that is not the one', () => {
    const other = 'tieout.example/acme+ea1ea0e5+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4';
    const answers = said(
      ['log', log.log, other],
      ['proof', log.file('0.tlog-proof'), log.file('entry-1.json'), log.vkey],
      ['consistency', log.file('255.checkpoint'), log.file('256.consistency.json'), log.vkey],
    );
    expect(answers.map(({ accepted: isAccepted }) => isAccepted)).toEqual([false, false, false]);
  });
});

/** The bits that turn a hex digit of `hashes` into another one. */
function bitsOfHashes(file: string): BitFlip[] {
  const text = readFileSync(file, 'latin1');
  const start = text.indexOf('"hashes"');
  return flipsOf(file).filter(({ bit }) => {
    const at = Math.floor(bit / 8);
    if (at < start || !/[0-9a-f]/u.test(text[at]!)) return false;
    const turned = String.fromCharCode(text.charCodeAt(at) ^ (1 << (bit % 8)));
    return text.slice(0, at).split('"').length % 2 === 0 && /[0-9a-f]/u.test(turned);
  });
}
