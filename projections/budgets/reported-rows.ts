import { type PlannedPlace } from '../../src/controls/budget/plan-kinds.policy';
import {
  type FiguresReported,
  type ReportedFigure,
} from '../../src/controls/budget/reported.events';
import { parseAmount } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type Apply } from '../read-model';

const PUT_REPORT = `
  INSERT OR REPLACE INTO budget_report (report, entity, system, as_of, idx, position, data)
  VALUES (:report, :entity, :system, :asOf, :idx, :position, :data)`;
const PUT_ROW = `
  INSERT OR REPLACE INTO budget_reported (report, n, cost_center, account, project, period, currency, planned, committed, actual)
  VALUES (:report, :n, :costCenter, :account, :project, :period, :currency, :planned, :committed, :actual)`;

type Line = PlannedPlace &
  Readonly<Partial<Record<ReportedFigure, string>>> & { readonly currency: string };

/** Figures that another system stated, line by line, as the file that the event names holds them. */
export const noteReport: Apply = ({ stream, entry, index, position }, db) => {
  const { entity } = parseStreamName(stream);
  const data = entry.data as unknown as FiguresReported;
  const { system, asOf, lines } = data;
  const bytes = db.blob(lines.sha256);
  if (bytes === undefined) throw new TypeError(`the file of figures ${lines.sha256} is missing`);
  const report = entry.id;
  const own = { report, entity, system, asOf, idx: index, position };
  db.run(PUT_REPORT, { ...own, data: JSON.stringify(data) });
  const texts = Buffer.from(bytes).toString('utf8').trimEnd().split('\n');
  for (const [n, text] of texts.entries()) {
    const {
      costCenter = '',
      account = '',
      project = '',
      period = '',
      ...told
    } = JSON.parse(text) as Line;
    const { currency } = told;
    const minor = (figure: ReportedFigure): string | null => {
      const amount = told[figure];
      return amount === undefined ? null : parseAmount(amount, currency).toString();
    };
    db.run(PUT_ROW, {
      ...{ report, n, costCenter, account, project, period, currency },
      ...{ planned: minor('planned'), committed: minor('committed'), actual: minor('actual') },
    });
  }
};
