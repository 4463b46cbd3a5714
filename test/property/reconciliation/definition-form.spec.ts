import fc from 'fast-check';
import bank2 from '../../../src/reconciliation/definitions/bank-2.definition.json';
import states from '../../../src/reconciliation/definitions/source-to-target.definition.json';
import threeWay from '../../../src/reconciliation/definitions/three-way.definition.json';
import { parseDefinition } from '../../../src/reconciliation/definitions/definition-form.policy';
import { isTieoutError } from '../../../src/kernel/errors';
import { type JsonObject } from '../../../src/kernel/json';

const MODELS = [bank2, states, threeWay] as unknown as readonly (JsonObject & {
  id: string;
  version: number;
})[];

/** Places of a JSON value, the deepest ones too. */
function placesOf(
  value: unknown,
  at: readonly (string | number)[] = [],
): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  const own = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  return [
    at,
    ...own.flatMap((key) =>
      placesOf((value as Record<string | number, unknown>)[key], [...at, key]),
    ),
  ];
}

function replaced(
  value: unknown,
  [first, ...rest]: readonly (string | number)[],
  by: unknown,
): unknown {
  if (first === undefined) return by;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[first] = replaced(copy[first], rest, by);
  return copy;
}

/** What a parser may do with what it is given. */
function outcomeOf({ id, version }: { id: string; version: number }, json: unknown): string {
  try {
    parseDefinition(id, version, json as JsonObject);
    return 'taken';
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    return error.code;
  }
}

describe('the form of a definition', () => {
  it.each(MODELS)('takes the shipped one, $id', (model) => {
    expect(outcomeOf(model, model)).toBe('taken');
  });

  it('refuses with a code whatever stands in the place of a member, and never breaks', () => {
    const codes = ['taken', 'contract-violation', 'unknown-field', 'time-form', 'money-form'];
    fc.assert(
      fc.property(fc.constantFrom(...MODELS), fc.nat(), fc.jsonValue(), (model, at, by) => {
        const places = placesOf(model).slice(1);
        const changed = replaced(model, places[at % places.length]!, by);
        expect(codes).toContain(outcomeOf(model, changed));
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses every member that it does not know, also those that all objects inherit', () => {
    for (const name of ['colour', 'constructor', 'toString', 'hasOwnProperty']) {
      const extra = (value: object) => ({ ...value, [name]: 'x' });
      const [bank] = MODELS as readonly (JsonObject & {
        id: string;
        version: number;
        sides: JsonObject;
      })[];
      expect(outcomeOf(bank!, extra(bank!))).toBe('unknown-field');
      const sides = { ...bank!.sides, B: extra(bank!.sides.B as JsonObject) };
      expect(outcomeOf(bank!, { ...bank, sides })).toBe('unknown-field');
    }
  });
});
