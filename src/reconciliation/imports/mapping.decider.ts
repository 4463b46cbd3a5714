import { canonicalJson } from '../../kernel/canonical-json';
import { type Decider } from '../../kernel/decider';
import { sha256Hex } from '../../kernel/hash';
import { type JsonObject } from '../../kernel/json';
import { streamName } from '../../kernel/stream-name';
import { type MappingSaved, type MappingSavedEvent } from './mapping.events';

/** A mapping that was read and found whole. */
export interface SaveMapping {
  readonly mapping: JsonObject;
}

export interface MappingState {
  readonly saved?: MappingSaved;
}

export const mappingStream = (id: string): string => streamName('statement-mapping', '_', id);

/** Every change is a version of its own: a batch names the one that it was read with. */
export const statementMapping: Decider<SaveMapping, MappingSavedEvent, MappingState> = {
  initial: {},
  decide({ mapping }, { saved }) {
    const sha256 = sha256Hex(canonicalJson(mapping));
    if (saved?.sha256 === sha256) return [];
    const data = { version: (saved?.version ?? 0) + 1, sha256, mapping };
    return [{ type: 'statement-mapping.saved', data }];
  },
  evolve: (_, { data }) => ({ saved: data }),
};
