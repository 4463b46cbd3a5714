import { type Decider } from '../../kernel/decider';
import { fieldError, revisionConflict, TieoutError } from '../../kernel/errors';
import { canonicalJson } from '../../kernel/canonical-json';
import { type JsonObject } from '../../kernel/json';
import { workflowOf } from '../workflow-definitions.policy';
import { type SourceEvent, type SourceSettings, type StateCode } from '../sources.events';

/** One source of the register. */
export interface RegisteredSource {
  readonly settings: SourceSettings;
  /** 0 at registration, one more with each change */
  readonly revision: number;
}

/** By short name, in the order of registration. Names are never removed, so that none is given twice. */
export type RegisterState = ReadonlyMap<string, RegisteredSource>;

export interface PutSource {
  readonly settings: SourceSettings;
  /** the source's revision that the caller saw; `none` to register a new one */
  readonly expected: number | 'none';
}

/** Short name of the ledger's own events. */
const OWN_SYSTEM = 'tieout';

/**
 * The register of source systems. Refuses a name or a URI that another source has, also one of long ago: the name goes
 * into the ids of its events.
 */
export const sourceRegister: Decider<PutSource, SourceEvent, RegisterState> = {
  initial: new Map(),

  decide({ settings, expected }, register) {
    const { id } = settings;
    const known = register.get(id);
    checkExpected(id, expected, known);
    checkSettings(settings, register);
    const data = { ...settings } as SourceSettings & JsonObject;
    if (known === undefined) return [{ type: 'source.registered', data }];
    if (canonicalJson({ ...known.settings } as JsonObject) === canonicalJson(data)) return [];
    return [{ type: 'source.changed', data }];
  },

  evolve(register, { data }) {
    const revision = (register.get(data.id)?.revision ?? -1) + 1;
    return new Map(register).set(data.id, { settings: data, revision });
  },
};

function checkExpected(
  id: string,
  expected: number | 'none',
  known: RegisteredSource | undefined,
): void {
  const actual = known?.revision ?? 'none';
  if (expected === actual) return;
  const named = (revision: number | 'none') =>
    revision === 'none' ? 'no-stream' : BigInt(revision);
  throw revisionConflict(`The source ${id}`, named(expected), named(actual));
}

function checkSettings({ id, uri, stateCodes }: SourceSettings, register: RegisterState): void {
  if (id === OWN_SYSTEM)
    throw fieldError('contract-violation', '/id', `"${OWN_SYSTEM}" names the ledger's own events.`);
  for (const other of register.values()) {
    if (other.settings.uri !== uri || other.settings.id === id) continue;
    throw new TieoutError(
      'version-exists',
      `The source ${other.settings.id} has this URI. A URI names one source.`,
      {
        pointer: '/uri',
        source: other.settings.id,
      },
    );
  }
  for (const [object, codes] of Object.entries(stateCodes)) checkCodes(object, codes);
}

function checkCodes(object: string, codes: readonly StateCode[]): void {
  const workflow = workflowOf(object);
  if (workflow === undefined) {
    throw fieldError(
      'contract-violation',
      `/stateCodes/${object}`,
      'this is not an object type that has a workflow.',
    );
  }
  const seen = new Set<string>();
  codes.forEach(({ code, state }, i) => {
    const pointer = `/stateCodes/${object}/${i}`;
    if (seen.has(code))
      throw fieldError('contract-violation', `${pointer}/code`, 'this code is there twice.');
    seen.add(code);
    if (!workflow.states.includes(state)) {
      throw fieldError(
        'contract-violation',
        `${pointer}/state`,
        `this is not a state of ${object}.`,
      );
    }
  });
}
