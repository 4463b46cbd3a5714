import { type JsonObject } from '../../kernel/json';
import { type MoneyJson } from '../../kernel/money';
import { type Instant } from '../../kernel/runtime';

export type ControlVerdict = 'passed' | 'failed' | 'not-stated';

/** How many statements of a file passed, failed or did not state a control. */
export interface VerdictCounts {
  readonly passed: number;
  readonly failed: number;
  readonly notStated: number;
}

/** Booked lines of one account and currency; debit as a positive figure. */
export interface BatchTotal {
  readonly account: string;
  readonly currency: string;
  readonly lines: number;
  readonly credit: MoneyJson;
  readonly debit: MoneyJson;
}

/** One statement as the bank states it and as it adds up. Identifiers are cut to 70 characters. */
export interface BatchStatement {
  readonly id: string;
  readonly account: string;
  readonly currency?: string;
  readonly opening?: MoneyJson;
  readonly closing?: MoneyJson;
  readonly entries: number;
  readonly controls: {
    readonly balance: ControlVerdict;
    readonly summary: ControlVerdict;
    readonly details: ControlVerdict;
  };
}

export interface FileRef {
  /** 64 hex; the bytes are in the blob store under it */
  readonly sha256: string;
  readonly bytes: number;
}

/** `batch.received`: a statement file was read. Names and free text stay in the files. */
export interface BatchReceived {
  readonly source: string;
  /** `camt.053.001.08` */
  readonly format: string;
  readonly encoding: string;
  readonly parser: { readonly name: string; readonly version: number };
  /** how its rows were read; only of CSV files */
  readonly mapping?: { readonly id: string; readonly version: number; readonly sha256: string };
  readonly file: FileRef;
  /** one canonical JSON object a line; read again on every rebuild, so that a parser fix never rewrites history */
  readonly normalised: FileRef;
  readonly counts: {
    readonly statements: number;
    readonly entries: number;
    readonly lines: number;
    readonly booked: number;
    readonly rejected: number;
    /** lines that an earlier batch of this source had already brought, as far as the read model knew */
    readonly duplicates: number;
  };
  /** at most 100, in order of account and currency; beyond it the file has them */
  readonly totals: readonly BatchTotal[];
  readonly controls: {
    readonly balance: VerdictCounts;
    readonly summary: VerdictCounts;
    readonly details: VerdictCounts;
  };
  /** the first 50; the file has all */
  readonly statements: readonly BatchStatement[];
  /** of a batch that was taken from the ledger itself: for which definition and cut-off, and at which position */
  readonly extract?: {
    readonly definition: string;
    readonly cutoff: string;
    readonly position: string;
  };
}

/** Who decided about a batch, when and why. */
export type BatchDecided = {
  readonly at: Instant;
  readonly by: string;
  readonly byPerson?: string;
  readonly reason: string;
};

/** `batch.withdrawn`: its lines are gone, but for those that another batch has too. */
export type BatchWithdrawn = BatchDecided & {
  /** the batch that says it better */
  readonly supersededBy?: string;
};

export interface BatchReceivedEvent {
  readonly type: 'batch.received';
  readonly data: BatchReceived & JsonObject;
}

/** A batch in its stream `batch-<entity>.<id>`. */
export type BatchEvent =
  | BatchReceivedEvent
  | { readonly type: 'batch.controls-accepted'; readonly data: BatchDecided & JsonObject }
  | { readonly type: 'batch.withdrawn'; readonly data: BatchWithdrawn & JsonObject };
