import { type CivilDate } from '../../kernel/civil-date';
import { type MaterialityBand } from './materiality.policy';

export const BREAK_STATUSES = [
  'open',
  'assigned',
  'investigating',
  'pending-adjustment',
  'pending-counterparty',
  'resolved',
  'closed',
] as const;
export type BreakStatus = (typeof BREAK_STATUSES)[number];

/** Neither resolved nor closed: the difference is still there, and somebody has to care. */
export const isUnsettled = (status: string): boolean =>
  status !== 'resolved' && status !== 'closed';

/** The break as the board shows it when somebody decides. */
export interface BreakFacts {
  readonly status: string;
  readonly resolution?: string;
  readonly class: string;
  /** last event of its stream that the board had seen; -1 for none */
  readonly revision: number;
}

const FISCAL_PERIOD = /^[0-9]{4}-(?:0[1-9]|1[0-3])$/;

/** `2026-11`; `2026-13` is the period of the year's closing entries. */
export const isFiscalPeriod = (text: string): boolean => FISCAL_PERIOD.test(text);

/** The period that a cut-off belongs to, where months are periods. */
export const periodOf = (cutoff: CivilDate): string => cutoff.slice(0, 7);

export type SignBlocker = 'cause' | 'explanation' | 'owner';

/**
 * What a break is asked for in a period: nothing below clearly trivial, a cause code up to performance materiality or where
 * no approved materiality rates it, and above it cause, explanation and owner, without which nobody signs.
 */
export function missingToSign(
  item: {
    readonly owner?: string | undefined;
    readonly cause?: string | undefined;
    readonly explanation?: string | undefined;
  },
  band: MaterialityBand,
): readonly SignBlocker[] {
  if (band === 'clearly-trivial') return [];
  const asked: readonly SignBlocker[] =
    band === 'below-performance' || band === 'unrated'
      ? ['cause']
      : ['cause', 'explanation', 'owner'];
  return asked.filter((name) => (item[name] ?? '') === '');
}
