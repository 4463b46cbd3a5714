import { Conditions, type Page, pageOf, type ReadDb, type Snapshot } from '../read-model';

/** One entry of the alias table; the spelling itself is not kept. */
export interface AliasView {
  readonly id: string;
  readonly counterparty: string;
  readonly setBy: string;
  readonly setAt: string;
}

interface AliasRow {
  readonly id: string;
  readonly counterparty: string;
  readonly set_by: string;
  readonly set_at: string;
}

export interface AliasFilter {
  readonly counterparty: string | undefined;
  readonly id: string | undefined;
}

const SELECT_ALIASES = `SELECT id, counterparty, set_by, set_at FROM counterparty_alias`;
const IN_ORDER = `ORDER BY counterparty, id LIMIT :limit`;
const COUNT_ALIASES = `SELECT count(*) AS n FROM counterparty_alias`;

export function listAliases(
  db: Snapshot,
  filter: AliasFilter,
  after: readonly string[] | undefined,
  limit: number,
): Page<AliasView> {
  const conditions = conditionsOf(filter).add('(counterparty, id) > (:afterName, :afterId)', {
    afterName: after?.[0],
    afterId: after?.[1],
  });
  const sql = `${SELECT_ALIASES} ${conditions.where} ${IN_ORDER}`;
  const rows = db.all<AliasRow>(sql, { ...conditions.params, limit: limit + 1 });
  return pageOf(rows, limit, {
    keyOf: (row) => [row.counterparty, row.id],
    item: ({ id, counterparty, set_by: setBy, set_at: setAt }) => ({
      id,
      counterparty,
      setBy,
      setAt,
    }),
    position: db.position,
  });
}

export function countAliases(db: ReadDb, filter: AliasFilter): number {
  const { where, params } = conditionsOf(filter);
  return Number(db.get<{ n: bigint }>(`${COUNT_ALIASES} ${where}`, params)?.n ?? 0n);
}

const conditionsOf = ({ counterparty, id }: AliasFilter): Conditions =>
  new Conditions().add('counterparty = :counterparty', { counterparty }).add('id = :id', { id });

const LIST_ALL = `SELECT id, counterparty FROM counterparty_alias ORDER BY id`;

/** The whole table, by the hash of the spelling. */
export const allAliases = (db: ReadDb): ReadonlyMap<string, string> =>
  new Map(
    db
      .all<{ id: string; counterparty: string }>(LIST_ALL)
      .map(({ id, counterparty }) => [id, counterparty]),
  );
