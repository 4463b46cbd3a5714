import { Inject, Injectable, Logger } from '@nestjs/common';
import { closingView, type ClosingView } from '../../../projections/close/closing.view';
import { causesSinceClose } from '../../../projections/close/late-changes.view';
import { LiveReconciliations } from '../../../projections/close/live-reconciliations';
import { findPeriod, type PeriodRow } from '../../../projections/close/periods.view';
import { type Snapshot as Db } from '../../../projections/read-model';
import { type BlobStore } from '../../blob-store';
import { type Executed } from '../../commanding';
import { ASK_TIMESTAMP, BLOBS, HEADS } from '../../http';
import { notFound } from '../../kernel/errors';
import { formatMinor } from '../../kernel/money';
import { type EarlierParty } from '../../kernel/party';
import { type FileRef } from '../imports/batch.events';
import { liveSignatures } from '../sign-off/sign-off-state.policy';
import { CloseBooks, type Judged } from './close-books';
import { type DeltaCause, deltaText } from './closing-delta.policy';
import { type Snapshot, snapshotText } from './closing-snapshot.policy';
import { type Closable } from './closing.policy';
import { type PeriodClosed } from './period.events';
import { type Call, PeriodDesk, type PeriodName } from './period-desk';
import { closingOf, type PeriodState } from './period-state.policy';

/** What closing needs of the heads of all streams: a commitment at once, beside other work. */
interface CommittedHeads {
  commitSoon(): void;
}

/** What would be closed now, with who prepared it. */
interface Found {
  readonly view: ClosingView;
  readonly preparers: readonly EarlierParty[];
  readonly before: Snapshot | undefined;
  /** lines that came since the last closing version, by reconciliation */
  readonly causes: ReadonlyMap<string, readonly DeltaCause[]>;
}

/** Certifies, closes and locks periods; each of them seals a snapshot on the ledger. */
@Injectable()
export class ClosingDesk {
  private readonly logger = new Logger('close');

  constructor(
    @Inject(PeriodDesk) private readonly desk: PeriodDesk,
    @Inject(CloseBooks) private readonly books: CloseBooks,
    @Inject(LiveReconciliations) private readonly live: LiveReconciliations,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(HEADS) private readonly heads: CommittedHeads,
    @Inject(ASK_TIMESTAMP) private readonly askTimestamp: () => void,
  ) {}

  /** What would be closed now, and what keeps it from being closed. @throws TieoutError `not-found` */
  async view(name: PeriodName): Promise<ClosingView> {
    return (await this.found(name)).view;
  }

  /** The file that was closed last, or the one that a certification would name. @throws TieoutError `not-found` */
  async snapshotFile(name: PeriodName): Promise<FileRef> {
    const row = await this.period(name);
    const closing = closingOf(row.state);
    const isClosed = row.state.status === 'closed' || row.state.status === 'locked';
    if (isClosed && closing !== undefined) return closing.snapshot;
    return this.kept(snapshotText((await this.view(name)).snapshot));
  }

  async lastClosing(name: PeriodName): Promise<PeriodClosed | undefined> {
    return closingOf((await this.period(name)).state);
  }

  /** The proof of each definition, amounts as decimal text. */
  async rollForward(name: PeriodName): Promise<object> {
    const { rollForwards } = await this.view(name);
    return { ...name, items: rollForwards.map(rollForwardJson) };
  }

  private period(name: PeriodName): Promise<PeriodRow> {
    return this.books.atHead((db) => {
      const row = findPeriod(db, name.entity, name.period);
      if (row === undefined) throw notFound(`The period ${name.period} of ${name.entity}`);
      return row;
    });
  }

  /** @throws TieoutError `hash-moved`, `guard-unmet`, `same-person`, `state-conflict` */
  async certify(
    name: PeriodName,
    { statement, hash }: { readonly statement: string; readonly hash: string },
    call: Call,
  ): Promise<Executed<PeriodState>> {
    const closable = await this.closable(name);
    return this.sealed(
      await this.desk.execute(name, { kind: 'certify', statement, hash, closable }, call),
    );
  }

  /** @throws TieoutError `guard-unmet` naming every condition that fails, `state-conflict` */
  async close(name: PeriodName, call: Call): Promise<Executed<PeriodState>> {
    const closable = await this.closable(name);
    return this.sealed(await this.desk.execute(name, { kind: 'close', closable }, call));
  }

  /** @throws TieoutError `same-person`, `state-conflict` */
  async lock(name: PeriodName, reference: string, call: Call): Promise<Executed<PeriodState>> {
    return this.sealed(await this.desk.execute(name, { kind: 'lock', reference }, call));
  }

  /** @throws TieoutError `not-found`, `same-person`, `state-conflict` */
  async waive(
    name: PeriodName,
    { definition, reason }: { readonly definition: string; readonly reason: string },
    call: Call,
  ): Promise<Executed<PeriodState>> {
    const mine = await this.books.atHead((db) =>
      this.books
        .ofPeriod(db, name.entity, name.period)
        .filter((one) => one.row.definition === definition),
    );
    if (mine.length === 0) throw notFound(`A required reconciliation of ${definition}`);
    const preparers = mine.flatMap(preparersOf);
    const wish = { kind: 'waive-reconciliation', definition, reason, preparers } as const;
    return this.desk.execute(name, wish, call);
  }

  private async closable(name: PeriodName): Promise<Closable> {
    const { view, preparers, before, causes } = await this.found(name);
    const { snapshot, totals, guards } = view;
    const delta =
      before === undefined ? undefined : deltaText(before, snapshot, (id) => causes.get(id) ?? []);
    return {
      snapshot: await this.kept(snapshotText(snapshot)),
      reconciliations: snapshot.reconciliations.length,
      totals,
      guards,
      preparers,
      ...(delta === undefined ? {} : { delta: await this.kept(delta) }),
    };
  }

  private async found(name: PeriodName): Promise<Found> {
    const { entity, period } = await this.period(name);
    return this.books.atHead((db) => this.foundIn(db, findPeriod(db, entity, period) as PeriodRow));
  }

  private foundIn(db: Db, row: PeriodRow): Found {
    const judged = this.books.ofPeriod(db, row.entity, row.period);
    const read = (sha256: string) => this.live.snapshot(sha256);
    const closing = closingOf(row.state);
    return {
      view: closingView(db, row, judged, read),
      preparers: judged.flatMap(preparersOf),
      before: closing === undefined ? undefined : read(closing.snapshot.sha256),
      causes: new Map(
        closing === undefined
          ? []
          : judged.map(({ row: { id } }) => [id, causesSinceClose(db, id)]),
      ),
    };
  }

  private async kept(text: string): Promise<FileRef> {
    const { sha256, bytes } = await this.blobs.putBytes(Buffer.from(text, 'utf8'));
    return { sha256, bytes };
  }

  /** The close itself stands; that its heads are committed and timestamped soon must not undo it. */
  private sealed(executed: Executed<PeriodState>): Executed<PeriodState> {
    try {
      this.heads.commitSoon();
      this.askTimestamp();
    } catch (error) {
      this.logger.warn(`the heads are committed later: ${String(error)}`);
    }
    return executed;
  }
}

const preparersOf = ({ signOff }: Judged): EarlierParty[] =>
  liveSignatures(signOff)
    .filter(({ level }) => level === 'PREPARE')
    .map(({ by, byPerson }) => ({ by, byPerson }));

/** Minor units as decimal text of their currency. */
function rollForwardJson({ id, rollForward }: ClosingView['rollForwards'][number]): object {
  const json = (row: { readonly currency: string }): object =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]: [string, unknown]) => {
        if (typeof value === 'bigint')
          return [name.replace(/Minor$/, ''), formatMinor(value, row.currency)];
        if (typeof value !== 'object' || value === null) return [name, value];
        const { count, minor } = value as { readonly count: number; readonly minor: bigint };
        return [name, { count, amount: formatMinor(minor, row.currency) }];
      }),
    );
  const { rows, faults, holds } = rollForward;
  return { id, holds, rows: rows.map(json), faults: faults.map(json) };
}
