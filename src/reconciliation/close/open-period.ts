import { parseCivilDate } from '../../kernel/civil-date';
import { fieldError } from '../../kernel/errors';
import { parseAmount } from '../../kernel/money';
import { present } from '../../kernel/present';
import { byText, normaliseAccount } from '../matching/reference.policy';
import { checkTasks } from './checklist.policy';
import { FISCAL_PERIOD, follows, monthOf, type PeriodDates } from './fiscal-period.policy';
import { type Guard } from './guard.policy';
import { type OpenPeriodDto, type RequiredDto, type TaskDto } from './period.dto';
import {
  type CloseTask,
  type PeriodOpened,
  type RequiredReconciliation,
  type SignOffLevel,
} from './period.events';

const LEVELS = ['PREPARE', 'REVIEW', 'APPROVE'] as const;
const LEVELS_DEFAULT: readonly SignOffLevel[] = ['PREPARE', 'REVIEW'];
const FRESH_DAYS_DEFAULT = 3;

/** The period before, as it was opened. */
export interface PriorPeriod {
  readonly period: string;
  readonly opened: PeriodOpened;
}

/** What is known when a period is opened. */
export interface OpeningFacts {
  readonly prior: PriorPeriod | undefined;
  /** whether some version of a definition is in force on a day */
  readonly isInForce: (definition: string, on: string) => boolean;
}

type Opening = Omit<PeriodOpened, 'by' | 'byPerson' | 'at'>;

const ENTITY = /^[A-Za-z0-9_.-]{1,32}$/;

/** @throws TieoutError `malformed` for text that names no legal entity or no fiscal period */
export function checkPeriodName(entity: string, period: string): void {
  if (!ENTITY.test(entity) || entity === '_')
    throw fieldError(
      'malformed',
      'entity',
      'a legal entity code has 1 to 32 letters, digits, dots, dashes and underscores, and is not _ alone.',
    );
  if (FISCAL_PERIOD.test(period)) return;
  throw fieldError(
    'malformed',
    'period',
    'a fiscal period is written like 2026-11, the 13th 2026-13.',
  );
}

/** What a period is opened with: as the body says, else as the period before. */
export function openingOf(
  period: string,
  body: OpenPeriodDto,
  { prior, isInForce }: OpeningFacts,
): { readonly opened: Opening; readonly guards: readonly Guard[] } {
  const month = monthOf(period);
  const dates = {
    from: parseCivilDate(body.from ?? month.from, '/from'),
    to: parseCivilDate(body.to ?? month.to, '/to'),
  };
  if (dates.to < dates.from)
    throw fieldError('contract-violation', '/to', 'it ends before it begins.');
  const requires = body.requires?.map(requiredOf) ?? prior?.opened.requires ?? [];
  checkRequired(requires, dates, isInForce);
  const tasks = (body.tasks ?? []).map(taskOf);
  checkTasks(tasks);
  const broughtForward =
    body.broughtForward?.map(({ ...one }) => one) ?? prior?.opened.broughtForward ?? [];
  broughtForward.forEach(({ books, source, currency }, i) => {
    parseAmount(books, currency, `/broughtForward/${i}/books`);
    parseAmount(source, currency, `/broughtForward/${i}/source`);
  });
  const opened = present({ ...dates, prior: prior?.period, requires, broughtForward, tasks });
  return { opened, guards: [follow(period, dates, prior), hasRequired(requires)] };
}

function requiredOf(dto: RequiredDto, i: number): RequiredReconciliation {
  const levels = LEVELS.filter((level) => (dto.levels ?? LEVELS_DEFAULT).includes(level));
  if (!levels.includes('PREPARE'))
    throw fieldError('contract-violation', `/requires/${i}/levels`, 'somebody has to prepare it.');
  const thresholds = dto.thresholds ?? {};
  for (const [currency, amount] of Object.entries(thresholds))
    if (parseAmount(amount, currency, `/requires/${i}/thresholds/${currency}`) < 0n)
      throw fieldError(
        'contract-violation',
        `/requires/${i}/thresholds`,
        'a threshold is not negative.',
      );
  return present({
    definition: dto.definition,
    accounts: dto.accounts && [...new Set(dto.accounts.map(normaliseAccount))].sort(byText),
    thresholds,
    levels,
    auto: dto.auto ?? [],
    freshDays: dto.freshDays ?? FRESH_DAYS_DEFAULT,
  });
}

function checkRequired(
  requires: readonly RequiredReconciliation[],
  { to }: PeriodDates,
  isInForce: OpeningFacts['isInForce'],
): void {
  const seen = new Set<string>();
  requires.forEach(({ definition }, i) => {
    const refuse = (detail: string) =>
      fieldError('contract-violation', `/requires/${i}/definition`, detail);
    if (seen.has(definition)) throw refuse(`${definition} stands twice.`);
    if (!isInForce(definition, to))
      throw refuse(`no version of ${definition} is in force on ${to}.`);
    seen.add(definition);
  });
}

export const taskOf = (dto: TaskDto): CloseTask =>
  present({
    id: dto.id,
    title: dto.title,
    owner: dto.owner,
    reviewer: dto.reviewer,
    due: parseCivilDate(dto.due),
    after: dto.after ?? [],
  });

function follow(period: string, dates: PeriodDates, prior: PriorPeriod | undefined): Guard {
  const holds = prior === undefined || follows(period, dates, prior.opened);
  return {
    guard: 'follows-the-prior-period',
    holds,
    detail: holds
      ? 'It follows the period before without a gap.'
      : `The period ${prior?.period ?? ''} ends on ${prior?.opened.to ?? ''}. Open the one that follows it first, or give its dates.`,
    link: '/v1/periods',
  };
}

const hasRequired = (requires: readonly RequiredReconciliation[]): Guard => ({
  guard: 'reconciliations-required',
  holds: requires.length > 0,
  detail:
    requires.length > 0
      ? `${requires.length} reconciliations are required.`
      : 'Say in requires what has to be reconciled before this period can be closed.',
  link: '/v1/periods',
});
