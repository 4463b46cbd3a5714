import { projection } from '../read-model';
import { ADJUSTMENT_SCHEMA } from './adjustment.schema';
import { ADJUSTMENT_EVENTS } from './adjustments';
import { ALIAS_EVENTS, ALIASES_SCHEMA } from './aliases';
import { BATCH_DECISIONS } from './batch-decisions';
import { applyBatchReceived } from './batches';
import { BOARD_SCHEMA } from './board.schema';
import { applyBookTransition } from './book-lines';
import { BREAK_DECISIONS } from './break-decisions';
import { BREAK_WORK_SCHEMA } from './break-work.schema';
import { DEFINITION_EVENTS, DEFINITIONS_SCHEMA } from './definitions';
import { applyGroupConfirmed, applyGroupUnmatched } from './decisions';
import { POSITIONS_SCHEMA } from './positions.schema';
import { HINTS_SCHEMA } from './hints';
import { applyDecided, applyProposed } from './recon-registers';
import { applyRunCommitted } from './runs';

/** Lines of both sides, batches, runs, groups and breaks: what a controller works with. */
export const reconciliationBoard = projection('reconciliation-board', 11, {
  schema: [
    BOARD_SCHEMA,
    BREAK_WORK_SCHEMA,
    ADJUSTMENT_SCHEMA,
    POSITIONS_SCHEMA,
    DEFINITIONS_SCHEMA,
    HINTS_SCHEMA,
    ALIASES_SCHEMA,
  ].join('\n'),
  on: {
    'batch.received': applyBatchReceived,
    'run.committed': applyRunCommitted,
    ...DEFINITION_EVENTS,
    ...ALIAS_EVENTS,
    'group.confirmed': applyGroupConfirmed,
    'group.unmatched': applyGroupUnmatched,
    'materiality.proposed': applyProposed,
    'materiality.approved': applyDecided('approved'),
    'materiality.rejected': applyDecided('rejected'),
    'break-rules.proposed': applyProposed,
    'break-rules.approved': applyDecided('approved'),
    'break-rules.rejected': applyDecided('rejected'),
    ...BATCH_DECISIONS,
    ...BREAK_DECISIONS,
    ...ADJUSTMENT_EVENTS,
  },
  onTransition: applyBookTransition,
});
