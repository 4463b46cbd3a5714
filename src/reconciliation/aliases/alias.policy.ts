import { sha256Hex } from '../../kernel/hash';
import { normaliseReference } from '../matching/reference.policy';

/**
 * Name of a spelling in the alias table: 64 hex over the spelling as references are compared. `undefined` when nothing is left
 * of it: a placeholder stands for nobody.
 */
export function aliasIdOf(spelling: string): string | undefined {
  const key = normaliseReference(spelling);
  return key === undefined ? undefined : sha256Hex(`counterparty ${key}`);
}
