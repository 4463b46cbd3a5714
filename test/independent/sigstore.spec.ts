import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { type BitFlip, flipped, flipsOf } from '../support/bit-flips';
import { ExportedLog } from '../support/exported-log';
import { TEST_ORIGIN } from '../support/sealed-ledger';
import { acceptedFlips, askVerifier, type VerifierCase } from '../support/verifier-cases';

const DRIVER = join(__dirname, 'sigstore-check.mjs');

let log: ExportedLog;
beforeAll(async () => {
  log = await ExportedLog.make();
}, 60_000);
afterAll(() => log?.remove());

const ask = (cases: readonly VerifierCase[]) =>
  askVerifier([process.execPath, DRIVER, 'cases'], cases);
const argsOf = (index: number, vkey = log.vkey) => [
  ...['proof', log.file(`${index}.tlog-proof`), log.file(`entry-${index}.json`)],
  vkey,
];
const accepted = (index: number, flips: readonly BitFlip[]) =>
  acceptedFlips(ask, argsOf(index), flips);

it("Sigstore's verifier accepts the checkpoint and inclusion proofs under it", () => {
  expect(ask(log.proved.map((index) => ({ args: argsOf(index) })))).toEqual(
    log.proved.map((index) => ({
      accepted: true,
      said: `the entry is at index ${index} of a log of ${log.size}`,
    })),
  );
});

it("Sigstore's verifier refuses every bit of a proof, its checkpoint and the entry", () => {
  for (const index of [0, 256, log.size - 1]) {
    const flips = flipsOf(log.file(`${index}.tlog-proof`));
    expect(accepted(index, flips)).toEqual(flips.filter(passesOver));
    expect(accepted(index, flipsOf(log.file(`entry-${index}.json`)))).toEqual([]);
  }
}, 60_000);

it("Sigstore's verifier refuses another key and another entry", () => {
  const other = 'tieout.example/acme+ea1ea0e5+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4';
  const answers = ask([
    { args: argsOf(0, other) },
    { args: ['proof', log.file('0.tlog-proof'), log.file('entry-1.json'), log.vkey] },
  ]);
  expect(answers.map((answer) => answer.accepted)).toEqual([false, false]);
});

const LAST_LINE = /\u2014 (\S+) (\S+)\n$/u;

/**
 * Two things that Sigstore's verifier does not look at, each refused by Tieout's own: it takes the name of a signature
 * line for a regular expression that the log's URL must match, and Node decodes base64 loosely.
 */
function passesOver(flip: BitFlip): boolean {
  const [original, turned] = [readFileSync(flip.file), flipped(flip)].map((note) =>
    note.toString('utf8'),
  );
  const [, , signature = ''] = LAST_LINE.exec(original!)!;
  const found = LAST_LINE.exec(turned!);
  if (found === null || turned!.slice(0, found.index) !== original!.slice(0, found.index))
    return false;
  return (
    matches(found[1]!) &&
    Buffer.compare(Buffer.from(found[2]!, 'base64'), Buffer.from(signature, 'base64')) === 0
  );
}

function matches(name: string): boolean {
  try {
    return new RegExp(name).test(`https://${TEST_ORIGIN}`);
  } catch {
    return false;
  }
}
