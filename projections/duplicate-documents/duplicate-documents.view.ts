import { type MoneyJson, formatMinor } from '../../src/kernel/money';
import { Conditions, type Page, type PageKey, pageOf, type Snapshot } from '../read-model';

export interface DuplicateFilter {
  readonly type?: string;
  readonly entity?: string;
}

export interface DuplicateGroup {
  readonly type: string;
  readonly entity: string;
  readonly counterparty: string;
  readonly document: string;
  readonly amount: MoneyJson;
  /** ids, the one that occurred first in front */
  readonly objects: readonly string[];
  readonly sentence: string;
}

interface GroupRow {
  readonly type: string;
  readonly entity: string;
  readonly counterparty: string;
  readonly document: string;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly ids: string;
  readonly stream: string;
}

/** One group a row, in order of the group's first stream name. */
const GROUPS = `
  SELECT type, entity, counterparty, document, currency, amount_minor, min(stream) AS stream,
         json_group_array(id ORDER BY first_seen, stream) AS ids
    FROM billed_document`;
const ONE_GROUP = `
   GROUP BY type, entity, counterparty, document, currency, amount_minor
  HAVING count(*) > 1 AND min(stream) > :afterStream
   ORDER BY min(stream)
   LIMIT :limit`;

/** Documents that look like one claim entered more than once. */
export function listDuplicates(
  db: Snapshot,
  {
    filter,
    after,
    limit,
  }: {
    readonly filter: DuplicateFilter;
    readonly after: PageKey | undefined;
    readonly limit: number;
  },
): Page<DuplicateGroup> {
  const conditions = new Conditions()
    .add('withdrawn = 0')
    .add('type = :type', { type: filter.type })
    .add('entity = :entity', { entity: filter.entity });
  const sql = `${GROUPS} ${conditions.where} ${ONE_GROUP}`;
  const rows = db.all<GroupRow>(sql, {
    ...conditions.params,
    afterStream: after?.[0] ?? '',
    limit: limit + 1,
  });
  return pageOf(rows, limit, {
    keyOf: (row) => [row.stream],
    item: groupOf,
    position: db.position,
  });
}

function groupOf(row: GroupRow): DuplicateGroup {
  const { type, entity, counterparty, document, currency } = row;
  const objects = JSON.parse(row.ids) as string[];
  const amount = { amount: formatMinor(row.amount_minor, currency), currency };
  const [first = '', ...others] = objects;
  const sentence =
    `${others.join(', ')} of ${entity} has the counterparty (${counterparty}), the number (${document}) and the amount ` +
    `(${currency} ${amount.amount}) of ${first}: one claim, entered ${objects.length} times.`;
  return { type, entity, counterparty, document, amount, objects, sentence };
}
