import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { requiredOf } from '../../../projections/close/account-reconciliations';
import { autoFacts } from '../../../projections/close/auto-facts.view';
import { LiveReconciliations } from '../../../projections/close/live-reconciliations';
import { watchedReconciliations } from '../../../projections/close/reconciliations.view';
import { type BlobStore } from '../../blob-store';
import { Executor, type ProcessContext } from '../../commanding';
import { BLOBS, EXECUTOR } from '../../http';
import { CloseBooks, type Judged } from '../close/close-books';
import { derivedId } from '../matching/ids';
import { autoCertification, type AutoResult } from './auto-certification.policy';
import { reconciliationStream } from './sign-off-desk';
import { signOff, type SignOffCommand } from './sign-off.decider';
import { liveSignatures } from './sign-off-state.policy';

const EVERY_MS = 30_000;

/**
 * Records what comparisons of hashes show already, and certifies by named methods what nobody has to sign. Nothing waits
 * for it: a signature is suspended for every reader as soon as the figures have moved.
 */
@Injectable()
export class SignOffWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('close');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(CloseBooks) private readonly books: CloseBooks,
    @Inject(LiveReconciliations) private readonly live: LiveReconciliations,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.round().catch((e: unknown) => this.told(e)), EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** One look at every reconciliation whose figures may move. */
  async round(): Promise<void> {
    const found = await this.books.atHead((db) =>
      watchedReconciliations(db).map((row) => {
        const judged = this.books.judgedRow(db, row);
        return { judged, auto: this.certifiable(judged) ? this.judge(db, judged) : undefined };
      }),
    );
    for (const { judged, auto } of found) {
      await this.compare(judged);
      if (auto !== undefined) await this.certify(judged, auto);
    }
  }

  private async compare(judged: Judged): Promise<void> {
    const { signOff: state, live } = judged;
    const signed = liveSignatures(state)[0]?.file.sha256 ?? state.auto?.file.sha256;
    if (signed === undefined || (signed !== live.hash) === state.isSuspended) return;
    const command = { kind: 'compare', signed, live: live.hash } as const;
    await this.record(judged, command, `comparison ${state.comparisons}`);
  }

  /** Nobody has signed it, and from the soft close on nobody has to where a method holds. */
  private certifiable({ row, state, signOff: { signatures } }: Judged): boolean {
    const isDue = state?.status === 'soft-closed' || state?.status === 'reopened';
    const isUnsigned = signatures.every(({ status }) => status !== 'live');
    return isDue && isUnsigned && requiredOf(row).auto.length > 0;
  }

  private judge(db: Parameters<typeof autoFacts>[0], judged: Judged): AutoResult {
    const facts = autoFacts(db, judged, (sha256) => this.live.snapshot(sha256));
    return autoCertification(requiredOf(judged.row).auto, { ...facts, guards: judged.guards });
  }

  private async certify(judged: Judged, result: AutoResult): Promise<void> {
    const { live, signOff: state } = judged;
    if ('reasons' in result) {
      if (state.notAuto?.live === live.hash) return;
      const found = { live: live.hash, reasons: result.reasons };
      await this.record(judged, { kind: 'not-auto-certified', found }, `refused ${live.hash}`);
      return;
    }
    if (state.auto?.file.sha256 === live.hash) return;
    const { sha256, bytes } = await this.blobs.putBytes(Buffer.from(live.text, 'utf8'));
    const certified = { method: result.method, file: { sha256, bytes } };
    await this.record(judged, { kind: 'auto-certify', certified }, `certified ${live.hash}`);
  }

  private async record({ row }: Judged, command: SignOffCommand, what: string): Promise<void> {
    const context: ProcessContext = {
      process: 'sign-off-watch',
      causingEventId: derivedId('sign-off-watch', row.id, what).slice(0, 32),
      n: 0,
    };
    const stream = reconciliationStream(row);
    await this.executor.execute({ stream, decider: signOff, command, context });
  }

  /** The next round comes all the same; what is wrong with the ledger or its files is told by their own checks. */
  private told(error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    this.logger.warn(`signatures are compared again in ${EVERY_MS / 1_000} s: ${detail}`);
  }
}
