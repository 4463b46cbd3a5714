import { BoardReader } from '../../../projections/reconciliation-board/board-reader';
import { otherDefinitions } from '../../../projections/reconciliation-board/definitions.view';
import { type ControlRegisters } from '../../controls';
import { type RunSources } from '../run-sources';
import { type MatchingEngine } from '../runs/matching-engine';
import { BackTests } from './back-test.command';
import { DefinitionRegistry } from './definition-registry';
import { DefinitionWork } from './definition-work';

export function definitionWork(
  { executor, blobs, readModel, store }: RunSources,
  engine: MatchingEngine,
  registers: ControlRegisters,
): DefinitionWork {
  const registry = new DefinitionRegistry(executor);
  const board = new BoardReader(readModel, store);
  return new DefinitionWork({
    executor,
    registry,
    backTests: new BackTests({ executor, engine, blobs, registry }),
    partyOf: (caller) => registers.partyWithDelegates(caller),
    others: async (id) => {
      await board.reachHead();
      return readModel.query((db) => otherDefinitions(db, id));
    },
  });
}
