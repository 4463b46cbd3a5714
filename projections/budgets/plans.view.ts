import { type JsonObject } from '../../src/kernel/json';
import { formatMinor } from '../../src/kernel/money';
import { type Page, type PageKey, pageOf, type Snapshot } from '../read-model';

const LIST_PLANS = `
  SELECT source, original, planned FROM budget_plan
   WHERE line = :line AND source > :after
   ORDER BY source
   LIMIT :limit`;

interface PlanRow {
  readonly source: string;
  readonly original: string;
  readonly planned: string;
}

/** What versions and transfers that were decided here plan for one line; budgets of other systems are movements. */
export function listPlans(
  db: Snapshot,
  line: { readonly id: string; readonly currency: string },
  { limit, after }: { readonly limit: number; readonly after?: PageKey },
): Page<JsonObject> {
  const params = { line: line.id, after: after?.[0] ?? '', limit: limit + 1 };
  return pageOf(db.all<PlanRow>(LIST_PLANS, params), limit, {
    keyOf: ({ source }) => [source],
    item: ({ source, original, planned }) => {
      const slash = source.indexOf('/');
      const [type, id] = [source.slice(0, slash), source.slice(slash + 1)];
      return {
        ...{ type, id, link: `/v1/controls/${type}s/${encodeURIComponent(id)}` },
        original: formatMinor(BigInt(original), line.currency),
        planned: formatMinor(BigInt(planned), line.currency),
      };
    },
    position: db.position,
  });
}
