import { type EventStore } from '../../src/event-store';
import { type CivilDate } from '../../src/kernel/civil-date';
import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import { type Population, type PopulationReader } from '../../src/reconciliation/runs/population';
import { type ReadModel } from '../read-model';
import { populationOf } from './population.view';

/** A run asked for right after an import must see it; the projector gets this long to arrive there. */
const REACH_HEAD_MS = 30_000;

/** The board as the source of a run's lines. */
export class BoardPopulation implements PopulationReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly store: Pick<EventStore, 'head' | 'positions'>,
  ) {}

  async reachHead(): Promise<void> {
    const head = await this.store.head();
    if (head !== undefined)
      await this.readModel.waitFor(this.store.positions.print(head), REACH_HEAD_MS);
  }

  read(definition: Definition, cutoff: CivilDate): Population {
    return this.readModel.query((db) => populationOf(db, definition, cutoff));
  }
}
