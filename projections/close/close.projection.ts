import { type Apply, projection } from '../read-model';
import { CLOSE_SCHEMA } from './close.schema';
import { noteLateBatch, noteLateTransition } from './late-changes';
import { applyPeriodEvent } from './periods';
import { applySignOffEvent } from './sign-offs';
import {
  applyRunOfPeriod,
  touchAll,
  touchBreak,
  touchDefinition,
  touchEntity,
  writeTouches,
} from './touches';

const applyByStream: Apply = (event, db) => {
  if (event.stream.startsWith('period-')) applyPeriodEvent(event, db);
  else if (event.stream.startsWith('reconciliation-')) applySignOffEvent(event, db);
  else if (event.stream.startsWith('break-')) touchBreak(event, db);
  else if (/^(adjustment|definition)-/.test(event.stream)) touchAll(event, db);
};

const both =
  (first: Apply, second: Apply): Apply =>
  (event, db) => {
    first(event, db);
    second(event, db);
  };

/** Periods, account reconciliations and their signatures. Stands after the reconciliation board, whose rows it reads. */
export const close = projection('close', 4, {
  schema: CLOSE_SCHEMA,
  on: {
    'batch.received': both(touchEntity, noteLateBatch),
    'batch.controls-accepted': touchEntity,
    'batch.withdrawn': touchEntity,
    'run.committed': applyRunOfPeriod,
    'group.confirmed': touchDefinition,
    'group.unmatched': touchDefinition,
  },
  onTransition: both(touchEntity, noteLateTransition),
  onEvery: applyByStream,
  endOfBatch: writeTouches,
});
