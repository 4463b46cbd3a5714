import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessController, PEPPER } from './access/access.controller';
import { ApiKeysController } from '../projections/api-keys/api-keys.controller';
import { BudgetsController } from '../projections/budgets/budgets.controller';
import { DifferencesController } from '../projections/budgets/differences.controller';
import { DuplicateDocumentsController } from '../projections/duplicate-documents/duplicate-documents.controller';
import { EventsController } from '../projections/events/events.controller';
import { ObjectsController } from '../projections/objects/objects.controller';
import { QuarantineController } from '../projections/quarantine/quarantine.controller';
import { ReadModelsController } from '../projections/read-model/read-models.controller';
import { EvidencePacksController } from '../projections/evidence-packs/evidence-packs.controller';
import { EvidenceModule } from '../evidence/pack';
import { FindingsController } from '../projections/sod-findings/findings.controller';
import { ControlsModule } from './controls/controls.module';
import { HEALTH, HealthController, type HealthState } from './health/health.controller';
import { Metrics } from './health/metrics';
import { MetricsController } from './health/metrics.controller';
import {
  AUTHENTICATOR,
  ASK_TIMESTAMP,
  AuthGuard,
  BLOBS,
  CLOCK,
  CONFIG,
  ConsistencyInterceptor,
  CURSORS,
  EXECUTOR,
  HEADS,
  LOG_READER,
  PERSONAL_VALUES,
  PRIVACY,
  ProblemFilter,
  PSEUDONYMS,
  RANDOMNESS,
  READ_MODEL,
  RECEIPTS,
  STORE,
} from './http';
import { IngestionModule } from './ingestion';
import { type LedgerRuntime } from './ledger-runtime';
import { ProblemsController } from './http/problems.controller';
import { PrivacyModule } from './privacy/privacy.module';
import { CloseModule } from './reconciliation/close/close.module';
import { ReconciliationModule } from './reconciliation/reconciliation.module';
import { CompletenessController } from './sealing/completeness.controller';
import { AlarmDesk, KeyChange } from './sealing';
import { AlarmsController } from './sealing/alarms.controller';
import { LogController } from './sealing/log.controller';
import { ASSURANCE, LogVerifyController, SELF_MONITOR } from './sealing/log-verify.controller';
import { ANCHORS, CheckpointsController, COSIGNING } from './sealing/checkpoints.controller';
import { LOG_KEYS, LogKeysController, POLICY } from './sealing/log-keys.controller';
import { ProofController } from './sealing/proof.controller';
import { WITNESS, WitnessController } from './sealing/witness.controller';
import { TileController } from './sealing/tile.controller';

const CONTROLLERS = [
  AccessController,
  AlarmsController,
  ApiKeysController,
  BudgetsController,
  CheckpointsController,
  CompletenessController,
  DifferencesController,
  DuplicateDocumentsController,
  EventsController,
  EvidencePacksController,
  FindingsController,
  HealthController,
  LogController,
  LogVerifyController,
  LogKeysController,
  MetricsController,
  ObjectsController,
  ProblemsController,
  ProofController,
  QuarantineController,
  ReadModelsController,
  TileController,
  WitnessController,
];

/** Joins the parts of one open ledger to the HTTP surface. */
@Module({})
export class AppModule {
  static of(runtime: LedgerRuntime): DynamicModule {
    return {
      module: AppModule,
      imports: [
        {
          module: LedgerModule,
          global: true,
          providers: providersOf(runtime),
          exports: providersOf(runtime),
        },
        CqrsModule,
        ControlsModule,
        IngestionModule,
        ReconciliationModule,
        CloseModule,
        EvidenceModule,
        PrivacyModule,
      ],
      controllers: CONTROLLERS,
      providers: [
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: ConsistencyInterceptor },
        { provide: PEPPER, useValue: runtime.secrets.pepper },
        { provide: LOG_KEYS, useValue: runtime.keys },
        { provide: ANCHORS, useValue: runtime.anchoring.anchors },
        { provide: COSIGNING, useValue: runtime.anchoring.cosigning ?? null },
        { provide: POLICY, useValue: runtime.anchoring.policy ?? null },
        { provide: WITNESS, useValue: runtime.anchoring.witness ?? null },
        { provide: ASSURANCE, useValue: runtime.anchoring.assurance },
        { provide: SELF_MONITOR, useValue: runtime.monitor },
        { provide: AlarmDesk, useValue: runtime.alarms },
        { provide: KeyChange, useValue: runtime.keyChange },
        { provide: Metrics, useValue: runtime.metrics },
        { provide: HEALTH, useValue: { state: () => healthOf(runtime) } },
      ],
    };
  }
}

/** What every feature module may inject. */
@Module({})
class LedgerModule {}

function providersOf(runtime: LedgerRuntime): Provider[] {
  const values: readonly (readonly [symbol, unknown])[] = [
    [CONFIG, runtime.config],
    [CLOCK, runtime.clock],
    [RANDOMNESS, runtime.randomness],
    [STORE, runtime.store],
    [EXECUTOR, runtime.executor],
    [READ_MODEL, runtime.readModel],
    [BLOBS, runtime.blobs],
    [LOG_READER, runtime.log],
    [RECEIPTS, runtime.receipts],
    [HEADS, runtime.heads],
    [ASK_TIMESTAMP, runtime.jobs.askTimestamp],
    [CURSORS, runtime.cursors],
    [PRIVACY, runtime.privacy],
    [PSEUDONYMS, runtime.privacy.pseudonyms],
    [PERSONAL_VALUES, runtime.privacy.personalValues],
    [AUTHENTICATOR, runtime.authenticator],
  ];
  return values.map(([provide, useValue]) => ({ provide, useValue }));
}

function healthOf({ readModel, store, mark, jobs, alarms, seals }: LedgerRuntime): HealthState {
  const reasons: string[] = [];
  const { state, stopped } = readModel.status();
  if (state === 'stopped') {
    // The disk's failure is told with what to do; other details may tell of an event.
    const isDisk = stopped?.code === 'store-unavailable';
    reasons.push(`the read model stopped: ${(isDisk ? stopped.detail : stopped?.code) ?? ''}`);
  }
  if (store.finding !== undefined) {
    reasons.push('the ledger does not verify and takes no writes');
    if (store.finding.members['releasedSize'] !== undefined) reasons.push(store.finding.message);
  }
  // Appends never wait for the anchor volume, so it does not take the service out of work either.
  const warnings = [
    ...(mark.failure === undefined ? [] : [mark.failure]),
    ...jobs.failures(),
    ...(seals?.failure === undefined ? [] : [`the shared ledger: ${seals.failure}`]),
    ...openAlarms(alarms),
  ];
  return { ready: reasons.length === 0, reasons, warnings };
}

/** By their kinds only: this page is for anyone. A book that cannot be read does not fail it. */
function openAlarms({ book }: AlarmDesk): readonly string[] {
  try {
    const kinds = new Set(book.open().map(({ alarm }) => alarm));
    return [...kinds].map((kind) => `an alarm ${kind} is open: GET /v1/log/alarms`);
  } catch {
    return ['the alarms of the ledger cannot be read'];
  }
}
