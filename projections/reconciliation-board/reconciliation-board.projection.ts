import { projection } from '../read-model';
import { applyBatchReceived } from './batches';
import { BOARD_SCHEMA } from './board.schema';
import { applyBookTransition } from './book-lines';
import { applyBreakAssigned, applyGroupConfirmed, applyGroupUnmatched } from './decisions';
import { applyRunCommitted } from './runs';

/** Lines of both sides, batches, runs, groups and breaks: what a controller works with. */
export const reconciliationBoard = projection('reconciliation-board', 3, {
  schema: BOARD_SCHEMA,
  on: {
    'batch.received': applyBatchReceived,
    'run.committed': applyRunCommitted,
    'group.confirmed': applyGroupConfirmed,
    'group.unmatched': applyGroupUnmatched,
    'break.assigned': applyBreakAssigned,
  },
  onTransition: applyBookTransition,
});
