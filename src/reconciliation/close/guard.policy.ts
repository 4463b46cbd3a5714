import { TieoutError } from '../../kernel/errors';

/** One condition of a step, judged on the rows of one snapshot. */
export interface Guard {
  readonly guard: string;
  readonly holds: boolean;
  /** what is so, and what to do if it does not hold */
  readonly detail: string;
  /** where it can be mended */
  readonly link: string;
}

/** A refusal names this many conditions. */
const GUARDS_NAMED_MAX = 100;

/** @throws TieoutError `guard-unmet` naming every condition that does not hold */
export function checkGuards(guards: readonly Guard[]): void {
  const unmet = guards.filter(({ holds }) => !holds);
  const [first] = unmet;
  if (first === undefined) return;
  const others = unmet.length === 1 ? '' : ` (and ${unmet.length - 1} more)`;
  throw new TieoutError('guard-unmet', `${first.detail}${others}`, {
    guards: unmet
      .slice(0, GUARDS_NAMED_MAX)
      .map(({ guard, detail, link }) => ({ guard, detail, link })),
  });
}
