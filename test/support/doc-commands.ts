import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The shell commands of a page: its blocks that are fenced with ```sh, in order. The first one says where things are and
 * is left to the test.
 */
export function shellBlocks(page: string): { readonly settings: string; readonly rest: string[] } {
  const text = readFileSync(resolve(__dirname, '../..', page), 'utf8');
  const [settings = '', ...rest] = [...text.matchAll(/^```sh\n(.*?)^```$/gmsu)].map(
    ([, block]) => block ?? '',
  );
  return { settings, rest };
}

/** Names of the variables that a block sets. */
export const variablesIn = (block: string): string[] =>
  [...block.matchAll(/^([A-Z]+)=/gmu)].map(([, name]) => name ?? '');
