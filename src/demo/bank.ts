import { type ApiClient } from '../client/api-client';
import { type DemoMonth } from './month';
import { getAt } from './poll';

export interface BankResult {
  readonly lines: number;
  /** statements whose opening balance and entries give the closing balance */
  readonly balanced: number;
  readonly matched: number;
  readonly breaks: readonly BankBreak[];
}

export interface BankBreak {
  readonly type: string;
  readonly entity: string;
  readonly amount: { readonly amount: string; readonly currency: string };
  readonly explanation: string;
}

interface ImportReply {
  readonly counts: { readonly lines: number };
  /** verdicts by control: how many statements passed, failed or stated nothing */
  readonly controls: { readonly balance: { readonly passed: number; readonly failed: number } };
}

/** Imports each bank's statement, matches it against the ledger's payments and receipts, and lists what is left. */
export async function reconcile(
  client: ApiClient,
  month: DemoMonth,
  sleep: (ms: number) => Promise<void>,
): Promise<BankResult> {
  let lines = 0;
  let token = '';
  let balanced = 0;
  for (const { entity, xml } of month.statements) {
    const reply = await client.command<ImportReply>(
      `/v1/recon/imports?source=bank&entity=${entity.code}`,
      `demo-bank-${entity.code}`,
      undefined,
      {
        body: xml,
        headers: { 'Content-Type': 'application/xml' },
      },
    );
    lines += reply.body.counts.lines;
    balanced += reply.body.controls.balance.passed;
    token = reply.headers.get('Consistency-Token') ?? token;
  }
  await getAt(client, '/v1/recon/imports', token, sleep);
  const cutoff = lastDayOf(month.period);
  const run = await client.command<{ id: string }>('/v1/recon/runs', 'demo-run', {
    definition: 'bank',
    cutoff,
    mode: 'commit',
  });
  token = run.headers.get('Consistency-Token') ?? token;
  const matches = await getAt<{ count?: number; items: readonly unknown[] }>(
    client,
    '/v1/recon/matches?definition=bank&limit=1000',
    token,
    sleep,
  );
  const breaks = await getAt<{ items: readonly BankBreak[] }>(
    client,
    '/v1/recon/breaks?definition=bank&limit=1000',
    token,
    sleep,
  );
  return { lines, balanced, matched: matches.body.items.length, breaks: breaks.body.items };
}

/** @param period `YYYY-MM` */
function lastDayOf(period: string): string {
  const [year = 0, month = 0] = period.split('-').map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 31;
  return `${period}-${days}`;
}
