import { type JsonObject } from '../../kernel/json';

/** `statement-mapping.saved`: how CSV files of a kind are read from now on. */
export interface MappingSaved {
  /** from 1 */
  readonly version: number;
  /** of the mapping as canonical JSON */
  readonly sha256: string;
  readonly mapping: JsonObject;
}

export interface MappingSavedEvent {
  readonly type: 'statement-mapping.saved';
  readonly data: MappingSaved & JsonObject;
}
