import { type Cell, cellsAbove, type LineKey } from '../../src/controls/budget/budget-line.policy';
import { type ReadDb } from '../read-model';

/** As many are looked for one by one; more by one pass over the places of the entity. */
const ONE_BY_ONE_MAX = 32;

const AT_CENTER = `
  SELECT stream FROM budget_document
   WHERE entity = :entity AND cost_center = :costCenter AND type <> 'budget'
     AND (:account = '' OR account = :account) AND (:project = '' OR project = :project)
     AND (:period = '' OR period = :period OR substr(period, 1, length(:period) + 1) = :period || '-')`;
const LIST_PLACES = `
  SELECT DISTINCT cost_center, account, project, period FROM budget_document WHERE entity = :entity`;
const AT_PLACE = `
  SELECT stream FROM budget_document
   WHERE entity = :entity AND cost_center = :costCenter AND account = :account AND project = :project
     AND period = :period AND type <> 'budget'`;

interface Row {
  readonly stream: string;
}

/** Documents whose amounts may draw on another line, now that these have a budget or have none any more. */
export function rehomed(db: ReadDb, flipped: readonly LineKey[]): Set<string> {
  const streams = new Set<string>();
  const add = (rows: readonly Row[]): void => rows.forEach(({ stream }) => streams.add(stream));
  const few = flipped.length <= ONE_BY_ONE_MAX;
  const byCenter = flipped.filter(({ costCenter }) => few && costCenter !== '');
  for (const key of byCenter) add(db.all<Row>(AT_CENTER, cellOf(key)));
  const others = flipped.filter((key) => !byCenter.includes(key));
  const byEntity = new Map<string, Set<string>>();
  for (const key of others) {
    const cells = byEntity.get(key.entity) ?? new Set();
    byEntity.set(key.entity, cells.add(textOf(cellOf(key))));
  }
  for (const [entity, cells] of byEntity) {
    for (const place of placesOf(db, entity))
      if (cellsAbove(place).some((cell) => cells.has(textOf(cell))))
        add(db.all<Row>(AT_PLACE, { ...place }));
  }
  return streams;
}

function placesOf(db: ReadDb, entity: string): Cell[] {
  return db
    .all<Record<'cost_center' | 'account' | 'project' | 'period', string>>(LIST_PLACES, { entity })
    .map(({ cost_center: costCenter, account, project, period }) => ({
      ...{ entity, costCenter, account, project, period },
    }));
}

const textOf = ({ costCenter, account, project, period }: Cell): string =>
  JSON.stringify([costCenter, account, project, period]);

const cellOf = ({ entity, costCenter, account, project, period }: LineKey) => ({
  ...{ entity, costCenter, account, project, period },
});
