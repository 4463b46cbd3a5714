import { type CheckDecided } from '../../src/controls/checks/check.events';
import {
  type CitedAnswer,
  citationFlags,
  type CitingStep,
} from '../../src/controls/checks/citation.policy';
import { type TransitionData } from '../../src/kernel/entry';
import { parseMoney } from '../../src/kernel/money';
import { present } from '../../src/kernel/present';
import { type ProjectedEvent, projection, type ProjectionDb } from '../read-model';

/** Every recorded answer to somebody who asked before acting. */
const CHECK_ANSWERS_SCHEMA = `
  CREATE TABLE check_answer (
    id       TEXT PRIMARY KEY,
    idx      INTEGER NOT NULL,
    decision TEXT NOT NULL,
    -- of answers about a step
    object   TEXT,
    type     TEXT,
    account  TEXT,
    step     TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX check_answer_by_step ON check_answer (object, type, account, idx) WHERE object IS NOT NULL;
`;

const NAME = 'check-answers';
const PUT_ANSWER = `
  INSERT OR REPLACE INTO check_answer (id, idx, decision, object, type, account, step)
  VALUES (:id, :idx, :decision, :object, :type, :account, :step)`;
const FIND_ANSWER = `SELECT decision, step FROM check_answer WHERE id = :id`;
const FIND_ANY = `SELECT 1 AS found FROM check_answer LIMIT 1`;
const FIND_LAST = `
  SELECT decision FROM check_answer
   WHERE object = :object AND type = :type AND account = :account
   ORDER BY idx DESC LIMIT 1`;

function putAnswer({ entry, index }: ProjectedEvent, db: ProjectionDb): void {
  const { check, decision, step } = entry.data as unknown as Partial<CheckDecided> &
    Pick<CheckDecided, 'check' | 'decision'>;
  db.run(PUT_ANSWER, {
    id: check,
    idx: index,
    decision,
    object: step?.object ?? null,
    type: step?.type ?? null,
    account: step?.account ?? null,
    step: step === undefined ? null : JSON.stringify(step),
  });
  db.batch.set(NAME, true);
}

/** Most ledgers import long before anybody asks: without an answer there is nothing to look up. */
function hasAnswers(db: ProjectionDb): boolean {
  let known = db.batch.get(NAME) as boolean | undefined;
  if (known === undefined) db.batch.set(NAME, (known = db.get(FIND_ANY) !== undefined));
  return known;
}

/** What is wrong with the answers that a transition cites, or with there being none. */
export function flagsOfCitations(
  event: ProjectedEvent,
  data: TransitionData,
  db: ProjectionDb,
): ('unauthorised' | 'conflicting')[] {
  const { checks = [] } = data;
  const isAnswered = hasAnswers(db);
  if (checks.length === 0 && !isAnswered) return [];
  const step = stepOf(event, data);
  const { object, type, account } = step;
  const last = isAnswered
    ? db.get<{ decision: string }>(FIND_LAST, { object, type, account })
    : undefined;
  const cited = checks.map((id) => answerOf(id, db));
  return citationFlags(step, cited, last?.decision === 'deny');
}

function answerOf(id: string, db: ProjectionDb): CitedAnswer | undefined {
  const row = db.get<{ decision: string; step: string | null }>(FIND_ANSWER, { id });
  if (row === undefined) return undefined;
  const decision = row.decision as CitedAnswer['decision'];
  if (row.step === null) return { decision };
  return { decision, step: JSON.parse(row.step) as NonNullable<CitedAnswer['step']> };
}

function stepOf({ entry, stream, type }: ProjectedEvent, data: TransitionData): CitingStep {
  return present({
    object: stream,
    type,
    account: entry.actor.id,
    onBehalfOf: entry.actor.onBehalfOf,
    initiatedBy: data.initiatedBy,
    version: data.version,
    amount: data.amount === undefined ? undefined : parseMoney(data.amount),
  });
}

/** Answers of checks, for the steps that rest on them. */
export const checkAnswers = projection(NAME, 1, {
  schema: CHECK_ANSWERS_SCHEMA,
  on: { 'check.decided': putAnswer },
});
