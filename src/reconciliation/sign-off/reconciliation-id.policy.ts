import { FISCAL_PERIOD } from '../close/fiscal-period.policy';

/** An account reconciliation: one definition for one entity and fiscal period. */
export interface ReconciliationName {
  readonly definition: string;
  readonly period: string;
  readonly entity: string;
}

/** `bank.2026-11.E_DE` */
export const reconciliationId = ({ definition, period, entity }: ReconciliationName): string =>
  `${definition}.${period}.${entity}`;

/** The parts of an id; `undefined` for text that is none. */
export function parseReconciliationId(id: string): ReconciliationName | undefined {
  const [, definition = '', period = '', entity = ''] =
    /^([a-z0-9][a-z0-9-]{0,63})\.([0-9]{4}-[0-9]{2})\.([A-Za-z0-9_.-]{1,32})$/.exec(id) ?? [];
  return FISCAL_PERIOD.test(period) ? { definition, period, entity } : undefined;
}

/** Key of its stream, beside the entity: `bank.2026-11` */
export const reconciliationKey = ({ definition, period }: ReconciliationName): string =>
  `${definition}.${period}`;

/** The inverse of `reconciliationKey`. */
export const reconciliationOfKey = (entity: string, key: string): ReconciliationName => ({
  definition: key.slice(0, -8),
  period: key.slice(-7),
  entity,
});
