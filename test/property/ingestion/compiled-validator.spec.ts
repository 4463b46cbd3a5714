import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { CompiledValidator } from '../../../src/ingestion/contract/compiled-validator';
import { TransitionEventDto } from '../../../src/ingestion/contract/transition-event.dto';
import { codeOfConstraint } from '../../../src/ingestion/contract/violations';
import { type Json } from '../../../src/kernel/json';
import { fullEvent, transitionEvent } from '../../support/transition-events';

const validator = new CompiledValidator(TransitionEventDto);

/** Every place in a JSON value, as a path. */
function paths(
  value: Json,
  here: readonly (string | number)[] = [],
): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [here];
  const entries = Array.isArray(value)
    ? value.map((v, i) => [i, v] as const)
    : Object.entries(value);
  return [here, ...entries.flatMap(([name, member]) => paths(member as Json, [...here, name]))];
}

function edited(
  value: Json,
  path: readonly (string | number)[],
  edit: (found: Json) => Json | undefined,
): Json {
  const [step, ...rest] = path;
  if (step === undefined) return edit(value) ?? null;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string | number,
    Json
  >;
  const inner = rest.length === 0 ? edit(copy[step]!) : edited(copy[step]!, rest, edit);
  if (inner !== undefined) copy[step] = inner;
  else delete copy[step];
  return Array.isArray(value) ? (copy as unknown as Json[]).filter(() => true) : copy;
}

const strange: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    '',
    ' ',
    'a',
    '1.0',
    'EUR',
    'eur',
    'XXX',
    '1190.00',
    '1190.0',
    '-0.00',
    'none',
    '_',
    'E.1',
    'person',
    'é',
    'e\u0301',
    '2026-01-05',
    '2026-01-05T09:12:00',
    '2026-01-05T09:12:00Z',
    '2026-02-30T09:12:00.000Z',
    'approved',
    true,
    false,
    0,
    1,
    -1,
    2 ** 53 - 1,
    [],
    [''],
    [{}],
    ['a', 'b'],
    {},
    { a: 'b' },
    { account: 'x' },
    { constructor: 'x' },
    'x'.repeat(300),
  ),
  fc.string(),
  fc.integer(),
  fc.jsonValue() as fc.Arbitrary<Json>,
);

const mutated: fc.Arbitrary<Json> = fc
  .tuple(
    fc.constantFrom(fullEvent(), transitionEvent()),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat({ max: 3 }),
        strange,
        fc.constantFrom('x', 'account', 'constructor', 'toString', 'hasOwnProperty'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([event, edits]) =>
    edits.reduce<Json>((value, [at, kind, other, name]) => {
      const all = paths(value);
      const path = all[at % all.length]!;
      return edited(value, path, (found) => {
        if (kind === 0) return undefined;
        if (kind === 1) return other;
        if (kind === 2 && typeof found === 'object' && found !== null && !Array.isArray(found))
          return { ...found, [name]: other };
        return Array.isArray(found) ? [...(found as Json[]), other] : other;
      });
    }, event),
  );

/** The ordinary way: instances by constructor, nested ones too, and class-validator with its whitelist. */
describe('compiled validator', () => {
  it('gives the verdict of class-validator on every event', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(mutated, (event) => {
        const fast = validator.accepts(event);
        const slow = validator.errors(event, codeOfConstraint).length === 0;
        if (fast) accepted += 1;
        else refused += 1;
        return fast === slow;
      }),
      { numRuns: 5_000 },
    );
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1_000);
  });

  it('agrees with class-validator used by hand on a flat class', () => {
    const instance = Object.assign(new TransitionEventDto(), transitionEvent(), { extra: 'x' });
    const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
    expect(errors.map((e) => e.property)).toContain('extra');
    expect(validator.accepts({ ...transitionEvent(), extra: 'x' })).toBe(false);
  });

  it('accepts the worked example', () => {
    expect(validator.errors(fullEvent(), codeOfConstraint)).toEqual([]);
    expect(validator.accepts(fullEvent())).toBe(true);
  });
});
