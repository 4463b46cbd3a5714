import { close } from '../../../projections/close/close.projection';
import { closeWatch } from '../../../projections/close/late-changes';
import { reconciliationBoard } from '../../../projections/reconciliation-board/reconciliation-board.projection';
import { type EventInput, ProjectionHarness } from '../../support/projection-harness';

const ACTED = { by: 'max', at: '2026-12-01T08:00:00.000Z' };
const STREAM = 'period-E_DE.2026-11';
const FILE = { sha256: 'f'.repeat(64), bytes: 1 };

const opened = (period: string, from: string, to: string): EventInput => ({
  stream: `period-E_DE.${period}`,
  type: 'period.opened',
  data: {
    ...{ from, to, broughtForward: [], tasks: [] },
    requires: [{ definition: 'bank', thresholds: {}, levels: ['PREPARE'], auto: [], freshDays: 3 }],
    ...ACTED,
  },
});

const closed: EventInput = {
  stream: STREAM,
  type: 'period.closed',
  data: { version: 1, snapshot: FILE, reconciliations: 1, totals: [], ...ACTED },
};

const paid = (id: string, day: string, amount: string, to = 'paid'): EventInput => ({
  stream: `payment-E_DE.${id}`,
  type: `payment.${to}`,
  occurredAt: `${day}T09:00:00.000Z`,
  data: {
    transition: { action: to, to },
    amount: { amount, currency: 'EUR' },
    dimensions: { bankAccount: 'DE02120300000000202051' },
  },
});

interface LateRow {
  readonly reconciliation: string;
  readonly book_date: string;
  readonly before_minor: bigint | null;
  readonly after_minor: bigint | null;
  readonly entered: string | null;
}

describe('rows of the close', () => {
  let rows: ProjectionHarness;
  beforeEach(() => {
    rows = new ProjectionHarness([closeWatch, reconciliationBoard, close]);
    rows.feed(opened('2026-11', '2026-11-01', '2026-11-30'));
    rows.feed(paid('PAY-1', '2026-11-03', '10.00'));
  });
  afterEach(() => rows.close());

  const late = (): LateRow[] =>
    rows.db.all<LateRow>(
      `SELECT reconciliation, book_date, before_minor, after_minor, entered FROM late_change ORDER BY log_index, book_date`,
    );

  it('have no late change while the period is open', () => {
    rows.feed(paid('PAY-2', '2026-11-04', '20.00'));
    expect(late()).toEqual([]);
  });

  it('tell what would have changed a closed period, in the order of the log and not of the batch', () => {
    rows.feed(paid('PAY-2', '2026-11-04', '20.00'), closed, paid('PAY-3', '2026-11-05', '30.00'));
    expect(late()).toMatchObject([
      { reconciliation: 'bank.2026-11.E_DE', book_date: '2026-11-05', after_minor: -3000n },
    ]);
  });

  it('tell a changed line as new and old, and a line that is none any more', () => {
    rows.feed(closed);
    rows.feed(paid('PAY-1', '2026-11-04', '12.00'));
    rows.feed(paid('PAY-1', '2026-11-06', '12.00', 'returned'));
    expect(late()).toMatchObject([
      { before_minor: -1000n, after_minor: -1200n },
      { before_minor: -1200n, after_minor: null },
    ]);
  });

  it('leave alone what is dated after the closed period or is another entity’s', () => {
    rows.feed(closed);
    rows.feed(paid('PAY-2', '2026-12-01', '20.00'));
    rows.feed({ ...paid('PAY-3', '2026-11-04', '20.00'), stream: 'payment-E_FR.PAY-3' });
    expect(late()).toEqual([]);
  });

  it('enter the first period that opens, where none was open', () => {
    rows.feed(closed);
    rows.feed(paid('PAY-2', '2026-11-04', '20.00'));
    expect(late()).toMatchObject([{ entered: null }]);
    rows.feed(opened('2026-12', '2026-12-01', '2026-12-31'));
    expect(late()).toMatchObject([{ entered: '2026-12' }]);
  });

  it('keep a closing version whatever comes after it', () => {
    rows.feed(closed);
    const of = () =>
      rows.db.get<{ state: string }>(`SELECT state FROM close_period WHERE period = '2026-11'`);
    const before = of();
    rows.feed(paid('PAY-2', '2026-11-04', '20.00'), paid('PAY-1', '2026-11-05', '11.00'));
    rows.feed(paid('PAY-0', '2026-01-04', '5.00'));
    expect(of()).toEqual(before);
    expect(late()).toHaveLength(3);
  });
});
