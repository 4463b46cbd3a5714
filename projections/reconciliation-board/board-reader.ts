import { type EventStore } from '../../src/event-store';
import { type CivilDate } from '../../src/kernel/civil-date';
import {
  type AdjustableBreak,
  type AdjustmentReader,
} from '../../src/reconciliation/adjustments/adjustment-reader';
import { type BreakRules } from '../../src/reconciliation/breaks/break-rules.policy';
import { type BreakReader } from '../../src/reconciliation/breaks/break-reader';
import { type BreakFacts } from '../../src/reconciliation/breaks/break-work.policy';
import {
  type KnownGroup,
  type MatchReader,
  type OpenLine,
} from '../../src/reconciliation/matches/match-reader';
import { type Definition } from '../../src/reconciliation/matching/definition.policy';
import { type Population, type PopulationReader } from '../../src/reconciliation/runs/population';
import { type ReadModel } from '../read-model';
import { findDefinitionOn } from './definitions.view';
import { adjustmentPlace } from './adjustments.view';
import { adjustableBreak, breakFacts } from './break-work.view';
import { findSuggestion } from './hints.view';
import { explained, linesById } from './lines.view';
import { findMatch, liveGroupsOf } from './matches.view';
import { populationOf } from './population.view';
import { breakRulesIn } from './recon-registers';

/** A run asked for right after an import must see it; the projector gets this long to arrive there. */
const REACH_HEAD_MS = 30_000;

/** The board as the source of what commands rest on: never older than what was recorded when they were asked. */
export class BoardReader implements PopulationReader, MatchReader, BreakReader, AdjustmentReader {
  constructor(
    private readonly readModel: ReadModel,
    private readonly store: Pick<EventStore, 'head' | 'positions'>,
  ) {}

  async reachHead(): Promise<void> {
    const head = await this.store.head();
    if (head === undefined) return;
    await this.readModel.waitFor(this.store.positions.print(head), REACH_HEAD_MS);
  }

  read(definition: Definition, cutoff: CivilDate): Population {
    return this.readModel.query((db) => populationOf(db, definition, cutoff));
  }

  lines(definition: string, ids: readonly string[]): readonly OpenLine[] {
    return this.readModel.query((db) => {
      const groups = liveGroupsOf(db, definition, ids);
      const { sides } = findDefinitionOn(db, definition) ?? {};
      return [...linesById(db, ids, sides).values()]
        .filter(({ status }) => status === undefined || status === 'booked')
        .map((line) => {
          const group = groups.get(line.id);
          return { ...explained(line), id: line.id, ...(group === undefined ? {} : { group }) };
        });
    });
  }

  break(id: string): BreakFacts | undefined {
    return this.readModel.query((db) => breakFacts(db, id));
  }

  adjustable(id: string): AdjustableBreak | undefined {
    return this.readModel.query((db) => adjustableBreak(db, id));
  }

  rulesOf(definition: string): BreakRules & { readonly version: number } {
    return this.readModel.query((db) => breakRulesIn(db, definition));
  }

  adjustment(id: string): ReturnType<AdjustmentReader['adjustment']> {
    return this.readModel.query((db) => adjustmentPlace(db, id));
  }

  group(id: string): KnownGroup | undefined {
    return this.readModel.query((db) => {
      const match = findMatch(db, id);
      if (match !== undefined) {
        const { definition, status, members } = match;
        return { definition, status, lines: members.map((member) => member.id).sort() };
      }
      const suggestion = findSuggestion(db, id);
      return suggestion === undefined ? undefined : { ...suggestion, status: 'suggested' };
    });
  }
}
