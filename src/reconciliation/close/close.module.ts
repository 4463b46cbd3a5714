import { Module } from '@nestjs/common';
import { LiveReconciliations } from '../../../projections/close/live-reconciliations';
import { PeriodsViewController } from '../../../projections/close/periods.controller';
import { ReconciliationsController } from '../../../projections/close/reconciliations.controller';
import { ReconPages } from '../../../projections/reconciliation-board/recon-pages';
import { ControlRegisters } from '../../controls';
import { SignOffController } from '../sign-off/sign-off.controller';
import { SignOffWatch } from '../sign-off/sign-off-watch';
import { SignOffDesk } from '../sign-off/sign-off-desk';
import { ClosingController } from './closing.controller';
import { ClosingDesk } from './closing-desk';
import { ReopeningController } from './reopening.controller';
import { ReopeningDesk } from './reopening-desk';
import { CloseBooks } from './close-books';
import { PeriodDesk } from './period-desk';
import { PeriodsController } from './periods.controller';

/** Fiscal periods: reconciled, signed, closed. */
@Module({
  controllers: [
    PeriodsController,
    ClosingController,
    ReopeningController,
    PeriodsViewController,
    SignOffController,
    ReconciliationsController,
  ],
  providers: [
    CloseBooks,
    ClosingDesk,
    ControlRegisters,
    ReopeningDesk,
    LiveReconciliations,
    PeriodDesk,
    ReconPages,
    SignOffDesk,
    SignOffWatch,
  ],
})
export class CloseModule {}
