import { apiKeys } from '../projections/api-keys/api-keys.projection';
import { budgets } from '../projections/budgets';
import { checkAnswers } from '../projections/check-answers';
import { close } from '../projections/close/close.projection';
import { closeWatch } from '../projections/close/late-changes';
import { controlRegisters } from '../projections/control-registers';
import { duplicateDocuments } from '../projections/duplicate-documents';
import { events } from '../projections/events';
import { evidencePacks } from '../projections/evidence-packs';
import { lineage } from '../projections/lineage';
import { privacyRegister } from '../projections/privacy-register';
import { quarantine } from '../projections/quarantine';
import { type Projection } from '../projections/read-model';
import { reconciliationBoard } from '../projections/reconciliation-board/reconciliation-board.projection';
import { sodFindings } from '../projections/sod-findings';
import { workflowState } from '../projections/workflow-state';

/** Every projection of the read model. The service and the projector's thread must agree on it. */
export const PROJECTIONS: readonly Projection[] = [
  events,
  checkAnswers,
  workflowState,
  lineage,
  quarantine,
  controlRegisters,
  sodFindings,
  budgets,
  duplicateDocuments,
  apiKeys,
  closeWatch,
  reconciliationBoard,
  close,
  evidencePacks,
  privacyRegister,
];
