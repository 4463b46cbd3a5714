import { type JsonObject } from '../../kernel/json';
import { type CivilDate } from '../../kernel/civil-date';
import { type SideName } from '../matching/sides.policy';
import { type FileRef } from '../imports/batch.events';

/** What a run saw. Two runs with one input hash must have one result hash. */
export interface RunInput {
  /** the extract from the ledger, taken when the read model stood at `position`; the lines are those of side A */
  readonly a: FileRef & { readonly lines: number; readonly position: string };
  /** side B, and the normalised files that hold lines; at most 100 hashes are named, in order */
  readonly b: {
    readonly lines: number;
    readonly files: number;
    readonly sha256: readonly string[];
  };
  readonly c?: { readonly lines: number };
  /** objects that name no account where the definition places lines by account */
  readonly leftOut?: number;
  /** sides with a freshness limit: the newest day they tell of, and whether that is too long before the cut-off */
  readonly freshness?: Readonly<Partial<Record<SideName, SideFreshness>>>;
  /** decisions of persons that went in */
  readonly decisions: { readonly confirmed: number; readonly rejected: number };
  /** 64 hex over all of it, definition, engine and normaliser */
  readonly sha256: string;
}

export interface SideFreshness {
  /** absent when the side has told nothing at all */
  readonly asOf?: CivilDate;
  readonly limitDays: number;
  readonly isStale: boolean;
}

/** Lines of one side and currency; amounts as decimal text. */
export interface RunTotal {
  readonly side: SideName;
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
  /** equations of the kind: how many were checked, and how many do not hold; absent in runs of earlier versions */
  readonly identities?: { readonly checked: number; readonly failed: number };
  /** a stale side neither agrees nor differs; absent in runs of earlier versions */
  readonly status?: RunStatus;
}

/** `empty`: nothing differs because a side has no line at all. */
export type RunStatus = 'agrees' | 'differs' | 'stale' | 'empty';

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
