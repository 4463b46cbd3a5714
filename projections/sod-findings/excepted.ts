import { parseStreamName } from '../../src/kernel/stream-name';
import { survivorsIn } from '../control-registers';
import { type ProjectedEvent, type ProjectionDb } from '../read-model';
import { type Dirty, dirtyOf } from './dirty';
import { type UnitName } from './unit';

const FIND_EXCEPTED = `
  SELECT entry ->> 'rule' AS rule, entry ->> 'person' AS person
    FROM control_entry
   WHERE type = 'sod-exception' AND id = :id`;
const LIST_SCOPES = `SELECT kind, scope FROM sod_finding WHERE person = :person AND rule = :rule`;

/** An exception changes the findings of its rule and person, and no others. */
export function judgeExcepted({ stream }: ProjectedEvent, db: ProjectionDb): void {
  const survivorOf = survivorsIn(db);
  const { key: id } = parseStreamName(stream);
  for (const { rule, person } of db.all<{ rule: string; person: string }>(FIND_EXCEPTED, { id })) {
    const found = db.all<UnitName>(LIST_SCOPES, { rule, person: survivorOf(person) });
    for (const unit of found) judgeAgain(unit, dirtyOf(db));
  }
}

function judgeAgain({ kind, scope }: UnitName, { roots, relations }: Dirty): void {
  if (kind === 'lineage') roots.add(scope);
  if (kind === 'relation') relations.add(scope);
}
