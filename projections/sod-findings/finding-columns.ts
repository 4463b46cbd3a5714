import { type ListColumn } from '../../src/http';
import { type MoneyJson } from '../../src/kernel/money';
import { type FindingSummary } from './finding-json';

type Column = ListColumn<FindingSummary>;

const column = (
  name: string,
  type: Column['type'],
  value: (finding: FindingSummary) => string | null | undefined,
): Column => ({ name, type, value: (finding) => value(finding) ?? undefined });

const money = ({ exposure }: FindingSummary): MoneyJson | undefined => exposure;

/** Columns of the list of findings. */
export const FINDING_CSV: readonly Column[] = [
  column('id', 'hex', ({ id }) => id),
  column('rule', 'code', ({ rule }) => rule),
  column('title', 'text', ({ title }) => title),
  column('severity', 'code', ({ severity }) => severity),
  column('status', 'code', ({ status }) => status),
  column('person', 'text', ({ person }) => person),
  column('kind', 'code', ({ scope }) => scope.kind),
  column('scope', 'text', ({ scope }) => scope.name),
  column('reasons', 'text', ({ reasons }) => reasons.join(' ')),
  column('missing', 'text', ({ missing }) => missing.map(({ account }) => account).join(' ')),
  column('events', 'integer', ({ eventCount }) => String(eventCount)),
  column('firstAt', 'instant', ({ firstAt }) => firstAt),
  column('lastAt', 'instant', ({ lastAt }) => lastAt),
  column('amount', 'decimal', (finding) => money(finding)?.amount),
  column('currency', 'code', (finding) => money(finding)?.currency),
  column('raisedAt', 'instant', ({ raisedAt }) => raisedAt),
  column('turnsAt', 'instant', ({ turnsAt }) => turnsAt),
  column('owner', 'text', ({ owner }) => owner),
  column('due', 'date', ({ due }) => due),
  column('outcome', 'code', ({ disposition }) => disposition?.outcome),
  column('disposition', 'code', ({ disposition }) => disposition?.state),
  column('evidence', 'hex', ({ evidence }) => evidence),
];
