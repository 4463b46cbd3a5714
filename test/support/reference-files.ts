import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isTieoutError } from '../../src/kernel/errors';
import { formatMinor } from '../../src/kernel/money';
import {
  type StatementItem,
  type StatementItems,
} from '../../src/reconciliation/sources/statement';

/** Published files beside the repository, compared by hand with figures that other readers computed. */
export const SHARED = resolve(process.env.TIEOUT_SHARED ?? '../shared', 'data');

export type OpenFile = (bytes: AsyncIterable<Uint8Array>) => StatementItems;

export async function itemsOf(path: string, open: OpenFile): Promise<StatementItem[]> {
  const items: StatementItem[] = [];
  for await (const found of open(createReadStream(join(SHARED, path)))) items.push(...found);
  return items;
}

/** The reason a file is refused for; `undefined` when it is read. */
export async function refusalReason(path: string, open: OpenFile): Promise<string | undefined> {
  const error: unknown = await itemsOf(path, open).then(
    () => undefined,
    (refused: unknown) => refused,
  );
  if (error === undefined) return undefined;
  if (!isTieoutError(error, 'contract-violation')) throw error;
  return String(error.members.reason);
}

/** A decimal string as an integer of a hundred-thousandth. */
export function scaled(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(5, '0'));
  return text.startsWith('-') ? -value : value;
}

export const scaledMinor = (minor: bigint, currency: string) =>
  scaled(formatMinor(minor, currency));

/** Faults of one file, gathered as sentences. */
export class Comparison {
  readonly faults: string[] = [];

  same(what: string, actual: unknown, wanted: unknown): void {
    if (actual !== wanted)
      this.faults.push(`${what}: read ${String(actual)}, expected ${String(wanted)}`);
  }
}

/** Runs a comparison over the figures of a format, if they are there; prints what differs and sets the exit code. */
export function compareFiles<F>(
  name: string,
  check: (figures: F, report: (path: string, faults: readonly string[]) => void) => Promise<string>,
): void {
  const path = join(SHARED, 'figures', `${name}.json`);
  if (!existsSync(path)) {
    console.log(`${name}: ${SHARED} is not here, nothing compared`);
    return;
  }
  let bad = 0;
  const report = (file: string, faults: readonly string[]) => {
    if (faults.length === 0) return;
    bad += 1;
    console.log(`${file}\n  ${faults.join('\n  ')}`);
  };
  void check(JSON.parse(readFileSync(path, 'utf8')) as F, report).then((told) => {
    console.log(`${name}: ${told}, ${bad} differ from the figures`);
    process.exitCode = bad === 0 ? 0 : 1;
  });
}
