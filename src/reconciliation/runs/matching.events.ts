import { type JsonObject } from '../../kernel/json';
import { type CivilDate } from '../../kernel/civil-date';
import { type FileRef } from '../imports/batch.events';

/** What a run saw. Two runs with one input hash must have one result hash. */
export interface RunInput {
  /** side A: the extract from the ledger, taken when the read model stood at `position` */
  readonly a: FileRef & { readonly lines: number; readonly position: string };
  /** side B: the normalised files that hold its lines; at most 100 hashes are named, in order */
  readonly b: {
    readonly lines: number;
    readonly files: number;
    readonly sha256: readonly string[];
  };
  /** decisions of persons that went in */
  readonly decisions: { readonly confirmed: number; readonly rejected: number };
  /** 64 hex over all of it, definition, engine and normaliser */
  readonly sha256: string;
}

/** Lines of one side and currency; amounts as decimal text. */
export interface RunTotal {
  readonly side: 'A' | 'B';
  readonly currency: string;
  readonly lines: number;
  readonly amount: string;
  readonly allocatedLines: number;
  readonly allocated: string;
  readonly openLines: number;
  readonly open: string;
}

export interface RunResult extends FileRef {
  readonly groups: number;
  readonly ambiguities: number;
  /** groups that a person may confirm; absent in runs of engine 1 */
  readonly suggestions?: number;
  /** by type */
  readonly breaks: Readonly<Record<string, number>>;
  /** groups by pass */
  readonly passes: Readonly<Record<string, number>>;
  /** at most 200, in order of side and currency */
  readonly totals: readonly RunTotal[];
}

/** `run.committed`: the groups of the result file are live from here, the breaks open; what was live before is not. */
export interface RunCommitted {
  readonly run: string;
  readonly definition: string;
  readonly version: number;
  /** 64 hex of the definition's canonical JSON */
  readonly definitionSha256: string;
  readonly engine: number;
  readonly normaliser: number;
  readonly cutoff: CivilDate;
  readonly input: RunInput;
  readonly result: RunResult;
}

/** A person's word on a set of lines, at most 500, in order of id. What is unmatched no pass makes again. */
export interface LinesDecided {
  /** id of the group it is about */
  readonly group: string;
  readonly lines: readonly string[];
  readonly reason: string;
}

export type MatchingEvent =
  | { readonly type: 'run.committed'; readonly data: RunCommitted & JsonObject }
  | { readonly type: 'group.confirmed'; readonly data: LinesDecided & JsonObject }
  | { readonly type: 'group.unmatched'; readonly data: LinesDecided & JsonObject };
