import fc from 'fast-check';
import { isTieoutError } from '../../../src/kernel/errors';
import { type EntrySpec, statementXml, camtXml } from '../../support/camt-file';
import { type ReadFile, readAll } from '../../support/read-camt';

const cents = (minor: bigint) => {
  const text = minor.toString().padStart(3, '0');
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
};

interface Entry {
  readonly minor: bigint;
  readonly isCredit: boolean;
  readonly isBooked: boolean;
}

const entry: fc.Arbitrary<Entry> = fc.record({
  minor: fc.bigInt({ min: 0n, max: 99_999_999_999_999_999n }),
  isCredit: fc.boolean(),
  isBooked: fc.boolean(),
});

const specOf = ({ minor, isCredit, isBooked }: Entry): EntrySpec => ({
  amount: cents(minor),
  direction: isCredit ? 'CRDT' : 'DBIT',
  status: isBooked ? 'BOOK' : 'PDNG',
});

const fileOf = (entries: readonly Entry[]) =>
  camtXml({ statements: [{ entries: entries.map(specOf) }] });

/** What became of bytes that somebody may have touched: read, or refused with a reason. Anything else is a fault. */
async function outcomeOf(bytes: Uint8Array): Promise<ReadFile | string> {
  try {
    return await readAll(bytes);
  } catch (error) {
    if (isTieoutError(error, 'contract-violation')) return String(error.members['reason']);
    throw error;
  }
}

describe('reading camt.053', () => {
  it('gives exact amounts and totals for any entries', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 12 }), async (entries) => {
        const { lines, statements } = await readAll(fileOf(entries));
        expect(lines.map((l) => l.amountMinor)).toEqual(
          entries.map((e) => (e.isCredit ? e.minor : -e.minor)),
        );
        const booked = entries.filter((e) => e.isBooked);
        const sum = (isCredit: boolean) =>
          booked.filter((e) => e.isCredit === isCredit).reduce((total, e) => total + e.minor, 0n);
        expect(statements[0]!.computed).toMatchObject({
          creditMinor: sum(true),
          debitMinor: sum(false),
        });
        expect(statements[0]!.controls.balance.verdict).toBe('passed');
      }),
    );
  });

  it('does not depend on how the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 200 }),
        async (entries, pieceBytes) => {
          expect(await readAll(fileOf(entries), { pieceBytes })).toEqual(
            await readAll(fileOf(entries)),
          );
        },
      ),
    );
  });

  it('refuses every file that is cut', async () => {
    const whole = Buffer.from(fileOf([{ minor: 1_250n, isCredit: true, isBooked: true }]));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.toString().trimEnd().length - 1 }), async (at) => {
        expect(typeof (await outcomeOf(whole.subarray(0, at)))).toBe('string');
      }),
    );
  });

  it('never fails in another way when one byte is changed', async () => {
    const whole = Buffer.from(
      camtXml({ statements: [{ entries: [{ endToEndId: 'PAY-1', remittance: 'INV-1' }] }] }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 1 }),
        fc.nat({ max: 255 }),
        async (at, value) => {
          const changed = Buffer.from(whole);
          changed[at] = value;
          const outcome = await outcomeOf(changed);
          if (typeof outcome === 'string') expect(outcome).not.toBe('');
          else for (const line of outcome.lines) expect(typeof line.amountMinor).toBe('bigint');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('never takes a changed amount for a statement that ties out', async () => {
    const body = statementXml({ entries: [{ amount: '12.34' }] });
    const at = body.indexOf('12.34');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 3, 4),
        fc.integer({ min: 0, max: 9 }),
        async (digit, value) => {
          fc.pre(body[at + digit] !== String(value));
          const changed = `${body.slice(0, at + digit)}${value}${body.slice(at + digit + 1)}`;
          const file = camtXml({ statements: [] }).replace(
            '</BkToCstmrStmt>',
            `${changed}</BkToCstmrStmt>`,
          );
          expect((await readAll(file)).statements[0]!.controls.balance.verdict).toBe('failed');
        },
      ),
    );
  });
});
