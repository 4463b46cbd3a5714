import { type FundsRead, gapSentence, named } from '../../../projections/budgets';
import { type JsonObject } from '../../kernel/json';
import { formatMinor } from '../../kernel/money';
import { type Instant } from '../../kernel/runtime';
import { type DecidedCheck } from '../checks/check.events';
import { type FundsAnswer, fundsArithmetic, type FundsGap } from './availability.policy';
import { type Gap } from './spending.policy';

export interface Reservation {
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly expiresAt: Instant;
}

export interface AnswerParts {
  readonly read: FundsRead;
  readonly answer: FundsAnswer;
  /** codes of what is uncertain, beside the gaps of the figures */
  readonly unread: readonly FundsGap[];
  readonly gaps: readonly Gap[];
  /** false where the request itself could not be converted */
  readonly isConverted: boolean;
  readonly position: string;
  readonly asOf: Instant;
  readonly reservation?: Reservation;
}

const UNREAD_SENTENCES: Readonly<Record<string, string>> = {
  read_model_behind: 'The figures do not yet hold what was just recorded. Ask again.',
  read_model_stopped: 'The figures stand still; GET /v1/ops/read-models says where.',
};

/** The answer as it is sent and recorded: every figure, and how the rest follows from them. */
export function answerJson(parts: AnswerParts): JsonObject {
  const { read, answer, unread, gaps, isConverted, position, asOf, reservation } = parts;
  const { entity, currency, costCenter, account, project, period } = read.key;
  const { decision, reason, funds } = answer;
  const text = (minor: bigint): string => formatMinor(minor, currency);
  return {
    ...{ decision, reason },
    line: {
      ...{ id: read.lineId, entity, currency, state: read.state },
      dimensions: named({ costCenter, account, project, period }),
    },
    figures: {
      planned: text(funds.planned),
      precommitted: text(funds.precommitted),
      committed: text(funds.committed),
      actual: text(funds.actual),
      reserved: text(funds.reserved),
      available: text(funds.available),
      ...(isConverted ? { requested: text(funds.requested), after: text(funds.after) } : {}),
      tolerance: text(funds.tolerance),
    },
    arithmetic: fundsArithmetic(funds, currency),
    inconclusive: [
      ...unread.map((code) => ({ code, detail: UNREAD_SENTENCES[code] ?? code })),
      ...gaps.map((gap) => ({ code: gap.kind, detail: gapSentence(gap) })),
    ],
    excluded: [...read.excluded],
    ...(reservation === undefined ? {} : { reservation: { ...reservation } }),
    ...{ rule: read.rule.version, position, asOf },
  };
}

/** Members of a record that the reply leaves out: they say how it was asked, not what was answered. */
const RECORD_ONLY: ReadonlySet<string> = new Set(['check', 'kind', 'request', 'by']);

/** The reply that a recorded answer was. */
export function answerOf(decided: DecidedCheck): JsonObject {
  const told = Object.entries(decided).filter(([name]) => !RECORD_ONLY.has(name));
  return { checkId: decided.check, ...Object.fromEntries(told) };
}
