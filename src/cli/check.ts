import { type Command } from 'commander';
import { type ApiClient } from '../client/api-client';
import { hex } from '../kernel/hash';
import { present } from '../kernel/present';
import { systemRandomness } from '../system';
import { clientOf, type ConnectionOptions, targetOf, UsageError } from './connection';
import { type ExitCode, type Output, outputOf, type OutputOptions } from './output';

export interface BudgetQuestion {
  readonly entity: string;
  readonly date: string;
  /** `250.00 EUR` */
  readonly amount: string;
  readonly costCenter?: string;
  readonly account?: string;
  readonly project?: string;
  readonly period?: string;
  readonly reserve?: string;
  readonly key?: string;
  readonly dryRun?: boolean;
}

interface BudgetAnswer {
  readonly checkId?: string;
  readonly decision: 'allow' | 'escalate' | 'deny';
  readonly reason: string;
  readonly arithmetic: string;
  readonly inconclusive: readonly { readonly detail: string }[];
  readonly reservation?: { readonly expiresAt: string };
}

export function addCheck(tieout: Command, finish: (code: ExitCode) => void): void {
  const check = tieout.command('check').description('ask before something is done');
  check
    .command('budget')
    .description('whether there is a budget for an amount; 1 unless it is allowed')
    .requiredOption('--entity <code>', 'legal entity')
    .requiredOption('--date <date>', 'of the demand')
    .requiredOption('--amount <amount>', 'such as "250.00 EUR"')
    .option('--cost-center <id>')
    .option('--account <id>')
    .option('--project <id>')
    .option('--period <period>', 'by default the month of the date')
    .option('--reserve <duration>', 'hold the amount if it is allowed, such as PT30M')
    .option('--key <key>', 'the same one again gets the same answer')
    .option('--dry-run', 'ask without a record')
    .action(async (question: BudgetQuestion) => {
      const globals = tieout.opts<OutputOptions & ConnectionOptions>();
      finish(await checkBudget(question, clientOf(targetOf(globals)), outputOf(globals)));
    });
}

/** @returns 0 when it is allowed, 1 when it is denied or for a person to decide */
export async function checkBudget(
  question: BudgetQuestion,
  client: ApiClient,
  output: Output,
): Promise<ExitCode> {
  const { entity, date, costCenter, account, project, period, reserve, dryRun } = question;
  const [amount, currency, ...more] = question.amount.split(' ');
  if (amount === undefined || currency === undefined || more.length > 0)
    throw new UsageError('An amount has its currency: --amount "250.00 EUR".');
  const { body } = await client.send<BudgetAnswer>('/v1/checks/budget', {
    method: 'POST',
    json: present({
      ...{ entity, date, amount: { amount, currency } },
      dimensions: present({ costCenter, account, project, period }),
      ...{ reserveFor: reserve, dryRun },
    }),
    headers: { 'Idempotency-Key': question.key ?? `check-${hex(systemRandomness.bytes(16))}` },
  });
  if (output.json) output.out(JSON.stringify(body));
  else tell(body, output);
  return body.decision === 'allow' ? 0 : 1;
}

function tell(answer: BudgetAnswer, output: Output): void {
  const { decision, reason, arithmetic, inconclusive, reservation, checkId } = answer;
  output.out(`${decision}: ${reason}`);
  output.out(arithmetic);
  for (const { detail } of inconclusive) output.note(detail);
  if (reservation !== undefined) output.note(`held until ${reservation.expiresAt}`);
  if (checkId !== undefined) output.note(`check ${checkId}`);
}
