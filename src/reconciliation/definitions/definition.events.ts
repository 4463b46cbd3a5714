import { type CivilDate } from '../../kernel/civil-date';
import { type JsonObject } from '../../kernel/json';
import { type ToldBy } from '../../kernel/party';

/** `definition.proposed`: a version that somebody else may approve. */
export interface DefinitionProposed extends ToldBy {
  readonly version: number;
  /** 64 hex of the definition's canonical JSON */
  readonly sha256: string;
  readonly definition: JsonObject;
}

/** A dry run of the proposed version beside the one in force, and where they differ; the file has the ids. */
export interface BackTestFacts {
  /** 64 hex of the back-test's file */
  readonly sha256: string;
  readonly cutoff: CivilDate;
  /** absent when no version was in force */
  readonly against?: number;
  readonly groups: Changes;
  readonly breaks: Changes;
}

export interface Changes {
  readonly before: number;
  readonly after: number;
  readonly added: number;
  readonly removed: number;
}

/** `definition.approved`: the version holds for cut-offs from its first day on. */
export interface DefinitionApproved extends ToldBy {
  readonly version: number;
  readonly backTest: BackTestFacts;
}

/** `definition.retired`: no version of it is in force for cut-offs from this day on. */
export interface DefinitionRetired extends ToldBy {
  readonly from: CivilDate;
  readonly reason: string;
}

export type DefinitionEvent =
  | { readonly type: 'definition.proposed'; readonly data: DefinitionProposed & JsonObject }
  | { readonly type: 'definition.approved'; readonly data: DefinitionApproved & JsonObject }
  | { readonly type: 'definition.retired'; readonly data: DefinitionRetired & JsonObject };
