import { type Identities } from '../../src/controls/identity.policy';
import { type Registers } from '../../src/controls/registers.policy';
import { registersIn } from '../control-registers';
import { type ProjectionDb } from '../read-model';
import { identitiesIn } from './account-rows';
import { bookOf } from './act-rows';
import { type Dirty } from './dirty';
import { type Judging } from './unit';

/** The instant at which nothing is due yet: what falls due later is kept with the findings. */
const NOTHING_DUE = '0001-01-01T00:00:00.000Z';

interface Known {
  identities?: Identities;
  registers?: Registers;
}

/** What was committed last, by connection: nearly every batch needs it, few change it. */
const committed = new WeakMap<ProjectionDb, Known>();

/** What a batch itself changed is read for that batch alone: it may yet fail. */
export function judgingIn(db: ProjectionDb, dirty: Dirty): Judging {
  const hasChanged = dirty.registersChanged || dirty.accounts.size > 0;
  const known: Known = hasChanged ? {} : (committed.get(db) ?? {});
  if (hasChanged) committed.delete(db);
  else committed.set(db, known);
  const book = bookOf(db);
  return {
    db,
    book,
    day: book.ruleSetOn(book.turns[0] ?? ''),
    identities: (known.identities ??= identitiesIn(db)),
    registers: () => (known.registers ??= registersIn(db, { asOf: NOTHING_DUE })),
  };
}
