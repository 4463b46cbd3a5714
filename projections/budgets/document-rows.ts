import { type Cell } from '../../src/controls/budget/budget-line.policy';
import { type DocumentFold } from '../../src/controls/budget/document-fold.policy';
import { type Gap, type Taken } from '../../src/controls/budget/spending.policy';
import { type Stage } from '../../src/controls/budget/stage.policy';
import { type Instant } from '../../src/kernel/runtime';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type ProjectionDb, type ReadDb } from '../read-model';

/** How a document's figure came about; plain JSON, amounts in minor units of the document's currency. */
export interface Told {
  readonly currency: string;
  readonly whole: string;
  /** what counts, before its conversion */
  readonly minor: string;
  readonly over: string;
  /** the first sixteen documents that took over from it */
  readonly taken: readonly { readonly document: Taken['document']; readonly minor: string }[];
  readonly takenCount: number;
  readonly gaps: readonly Gap[];
}

/** What a document, or a budget, adds to a line. */
export interface Contribution {
  readonly line: string | undefined;
  /** `planned` of a budget */
  readonly stage: Stage | 'planned' | 'closed';
  /** minor units of the line's currency */
  readonly minor: bigint;
  /** of a budget: when it was released */
  readonly original: bigint;
  readonly told: Told;
}

export interface PendingDocument {
  readonly stream: string;
  readonly type: string;
  readonly entity: string;
  readonly id: string;
  revision: number;
  fold: DocumentFold;
  cell: Cell;
  counted: Contribution;
  isChanged: boolean;
}

export interface DocumentRow {
  readonly stream: string;
  readonly type: string;
  readonly entity: string;
  readonly id: string;
  readonly revision: bigint;
  readonly fold: string;
  readonly cost_center: string;
  readonly account: string;
  readonly project: string;
  readonly period: string;
  readonly line: string | null;
  readonly stage: Contribution['stage'];
  readonly original: string;
  readonly minor: string;
  readonly told: string;
}

const FIND_DOCUMENT = `
  SELECT stream, type, entity, id, revision, fold, cost_center, account, project, period, line, stage, original, minor, told
    FROM budget_document
   WHERE stream = :stream`;

const PUT_DOCUMENT = `
  INSERT OR REPLACE INTO budget_document (stream, type, entity, id, revision, fold, cost_center, account, project, period,
         line, stage, original, minor, told, is_uncertain, moved_at)
  VALUES (:stream, :type, :entity, :id, :revision, :fold, :costCenter, :account, :project, :period,
         :line, :stage, :original, :minor, :told, :isUncertain, :movedAt)`;

const LIST_PARENTS = `SELECT parent FROM budget_link WHERE child = :child ORDER BY parent`;
const LIST_CHILDREN = `SELECT child FROM budget_link WHERE parent = :parent ORDER BY child`;
const PUT_LINK = `INSERT OR IGNORE INTO budget_link (child, parent) VALUES (:child, :parent)`;
const PUT_CITATION = `
  INSERT OR IGNORE INTO budget_citation (check_id, stream) VALUES (:check, :stream)`;

const NOTHING_TOLD: Told = {
  ...{ currency: '', whole: '0', minor: '0', over: '0', taken: [], takenCount: 0, gaps: [] },
};

export const NO_CONTRIBUTION: Contribution = {
  ...{ line: undefined, stage: 'none', minor: 0n, original: 0n, told: NOTHING_TOLD },
};

/** Documents and links that a batch reads and changes: each row is read once and written once. */
export class PendingDocuments {
  private readonly documents = new Map<string, PendingDocument | undefined>();
  private readonly parents = new Map<string, readonly string[]>();
  private readonly children = new Map<string, readonly string[]>();

  constructor(private readonly db: ProjectionDb) {}

  find(stream: string): PendingDocument | undefined {
    if (!this.documents.has(stream)) this.documents.set(stream, read(this.db, stream));
    return this.documents.get(stream);
  }

  add(stream: string, fold: DocumentFold): PendingDocument {
    const { objectType: type, entity, key: id } = parseStreamName(stream);
    const cell = { entity, costCenter: '', account: '', project: '', period: '' };
    const place = { stream, type, entity, id, revision: -1, isChanged: true };
    const document: PendingDocument = { ...place, fold, cell, counted: NO_CONTRIBUTION };
    this.documents.set(stream, document);
    return document;
  }

  /** Links go to the tables at once, so that what names a document first is found when the document comes. */
  link(child: string, parent: string): void {
    this.db.run(PUT_LINK, { child, parent });
    this.parents.delete(child);
    this.children.delete(parent);
  }

  parentsOf(child: string): readonly string[] {
    return cached(this.parents, child, () =>
      this.db.all<{ parent: string }>(LIST_PARENTS, { child }).map((row) => row.parent),
    );
  }

  childrenOf(parent: string): readonly string[] {
    return cached(this.children, parent, () =>
      this.db.all<{ child: string }>(LIST_CHILDREN, { parent }).map((row) => row.child),
    );
  }

  /** Writes what is changed and keeps nothing in mind, so that memory does not grow with what a budget covers. */
  saveAndForget(): void {
    this.save();
    this.documents.clear();
    this.parents.clear();
    this.children.clear();
  }

  save(): void {
    for (const document of this.documents.values()) {
      if (document?.isChanged !== true) continue;
      const { stream, type, entity, id, revision, fold, cell, counted } = document;
      const { costCenter, account, project, period } = cell;
      this.db.run(PUT_DOCUMENT, {
        ...{ stream, type, entity, id, revision, fold: JSON.stringify(fold) },
        ...{ costCenter, account, project, period },
        line: counted.line ?? null,
        stage: counted.stage,
        original: counted.original.toString(),
        minor: counted.minor.toString(),
        told: JSON.stringify(counted.told),
        movedAt: movedAt(fold),
        isUncertain: counted.told.gaps.length > 0 ? 1 : 0,
      });
      if (fold.wasLive)
        for (const check of fold.checks) this.db.run(PUT_CITATION, { check, stream });
      document.isChanged = false;
    }
  }
}

/** When the figure last changed by the source's word. */
function movedAt({ firstAt, state, booked, amount }: DocumentFold): Instant {
  return [firstAt, state?.at ?? '', booked?.at ?? '', amount?.at ?? ''].sort().at(-1) ?? firstAt;
}

function cached<T>(known: Map<string, T>, key: string, make: () => T): T {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}

function read(db: ReadDb, stream: string): PendingDocument | undefined {
  const row = db.get<DocumentRow>(FIND_DOCUMENT, { stream });
  return row === undefined ? undefined : documentOf(row);
}

export function documentOf(row: DocumentRow): PendingDocument {
  const { stream, type, entity, id, account, project, period, cost_center: costCenter } = row;
  return {
    ...{ stream, type, entity, id, revision: Number(row.revision), isChanged: false },
    fold: JSON.parse(row.fold) as DocumentFold,
    cell: { entity, costCenter, account, project, period },
    counted: {
      line: row.line ?? undefined,
      stage: row.stage,
      minor: BigInt(row.minor),
      original: BigInt(row.original),
      told: JSON.parse(row.told) as Told,
    },
  };
}
