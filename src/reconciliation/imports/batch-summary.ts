import { moneyJson } from '../../kernel/money';
import { byText } from '../matching/reference.policy';
import { clip } from '../sources/clip';
import {
  isMovement,
  type StatementItem,
  type StatementLine,
  type StatementSummary,
  type Verdict,
} from '../sources/statement';
import {
  type BatchReceived,
  type BatchStatement,
  type BatchTotal,
  type VerdictCounts,
} from './batch.events';

const STATEMENTS_MAX = 50;
const TOTALS_MAX = 100;
const IDENTIFIER_MAX = 70;

type Summary = Pick<BatchReceived, 'counts' | 'totals' | 'controls' | 'statements'>;
type Counts = { -readonly [K in keyof VerdictCounts]: VerdictCounts[K] };

/** Adds up a file while its items pass; what is kept of it fits an event, however long the file is. */
export class BatchSummary {
  #statements = 0;
  #entries = 0;
  #lines = 0;
  #booked = 0;
  #rejected = 0;
  duplicates = 0;
  readonly #totals = new Map<
    string,
    { line: StatementLine; lines: number; creditMinor: bigint; debitMinor: bigint }
  >();
  readonly #controls = { balance: noVerdicts(), summary: noVerdicts(), details: noVerdicts() };
  readonly #first: BatchStatement[] = [];

  add(item: StatementItem): void {
    if (item.kind === 'statement') this.#addStatement(item);
    else if (item.kind === 'rejected') this.#rejected += 1;
    else this.#addLine(item);
  }

  result(): Summary {
    const totals = [...this.#totals.entries()]
      .sort(([x], [y]) => byText(x, y))
      .slice(0, TOTALS_MAX);
    return {
      counts: {
        statements: this.#statements,
        entries: this.#entries,
        lines: this.#lines,
        booked: this.#booked,
        rejected: this.#rejected,
        duplicates: this.duplicates,
      },
      totals: totals.map(([, { line, lines, creditMinor, debitMinor }]): BatchTotal => {
        const { account, currency } = line;
        const money = (minor: bigint) => moneyJson({ minor, currency });
        return {
          account: shortId(account),
          currency,
          lines,
          credit: money(creditMinor),
          debit: money(debitMinor),
        };
      }),
      controls: this.#controls,
      statements: this.#first,
    };
  }

  #addLine(line: StatementLine): void {
    this.#lines += 1;
    if (!isMovement(line.status)) return;
    this.#booked += 1;
    const key = `${line.account} ${line.currency}`;
    const total = this.#totals.get(key) ?? { line, lines: 0, creditMinor: 0n, debitMinor: 0n };
    this.#totals.set(key, total);
    total.lines += 1;
    if (line.amountMinor < 0n) total.debitMinor -= line.amountMinor;
    else total.creditMinor += line.amountMinor;
  }

  #addStatement(summary: StatementSummary): void {
    const { balance, summary: declared, details } = summary.controls;
    this.#statements += 1;
    this.#entries += summary.computed.entries;
    count(this.#controls.balance, balance.verdict);
    count(this.#controls.summary, declared.verdict);
    count(this.#controls.details, details.verdict);
    if (this.#first.length < STATEMENTS_MAX) this.#first.push(briefly(summary));
  }
}

function briefly({
  id,
  account,
  currency,
  opening,
  closing,
  computed,
  controls,
}: StatementSummary): BatchStatement {
  const money = (b: NonNullable<typeof opening>) =>
    moneyJson({ minor: b.amountMinor, currency: b.currency });
  return {
    id: shortId(id),
    account: shortId(account),
    ...(currency === undefined ? {} : { currency }),
    ...(opening === undefined ? {} : { opening: money(opening) }),
    ...(closing === undefined ? {} : { closing: money(closing) }),
    entries: computed.entries,
    controls: {
      balance: controls.balance.verdict,
      summary: controls.summary.verdict,
      details: controls.details.verdict,
    },
  };
}

function count(counts: Counts, verdict: Verdict): void {
  if (verdict === 'passed') counts.passed += 1;
  else if (verdict === 'failed') counts.failed += 1;
  else counts.notStated += 1;
}

const noVerdicts = (): Counts => ({ passed: 0, failed: 0, notStated: 0 });
const shortId = (text: string) => clip(text, IDENTIFIER_MAX);
