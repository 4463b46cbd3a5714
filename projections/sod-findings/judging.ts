import { type Registers } from '../../src/controls/registers.policy';
import { registersIn } from '../control-registers';
import { type ProjectionDb } from '../read-model';
import { identitiesIn } from './account-rows';
import { type Judging } from './unit';

/** The instant at which nothing is due yet: what falls due later is kept with the findings. */
const NOTHING_DUE = '0001-01-01T00:00:00.000Z';

/** Registers as they were committed last, by connection: nearly every batch needs them, few change them. */
const committed = new WeakMap<ProjectionDb, Registers>();

/** @param registersChanged by this batch, which may yet fail: what it made of them is not kept */
export function judgingIn(db: ProjectionDb, registersChanged: boolean): Judging {
  if (registersChanged) committed.delete(db);
  let registers = committed.get(db);
  return {
    db,
    identities: identitiesIn(db),
    registers: () => {
      if (registers !== undefined) return registers;
      registers = registersIn(db, { asOf: NOTHING_DUE, timeZoneOf: () => 'UTC' });
      if (!registersChanged) committed.set(db, registers);
      return registers;
    },
  };
}
