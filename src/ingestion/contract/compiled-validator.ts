import {
  getMetadataStorage,
  validateSync,
  ValidationTypes,
  type ValidationArguments,
  type ValidationError,
} from 'class-validator';
import { type FieldError, type ProblemCode } from '../../kernel/errors';
import { pointerStep } from '../../kernel/json-pointer';
import { isPresent, nestedTypeOf } from './constraints';

type Class<T extends object> = new () => T;
type Test = (value: unknown, object: object) => boolean;

interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  readonly tests: readonly Test[];
}

/** At most as many fields as a problem document names. */
const ERRORS_MAX = 100;

/**
 * The decorators of one class as closures: the same verdict as class-validator gives with `whitelist` and
 * `forbidNonWhitelisted`, at a tenth of its cost, on plain objects that are never copied into instances.
 *
 * What fails goes through class-validator itself, which writes the errors; so there is one schema and one text of errors.
 */
export class CompiledValidator<T extends object> {
  private readonly test: Test;

  /** @throws TypeError for decorators that have no compiled form: groups, async constraints, conditions other than `Optional` */
  constructor(private readonly type: Class<T>) {
    this.test = compile(type, new Map());
  }

  /** True when every rule holds; the value may then be read as the class describes it. */
  accepts(value: unknown): value is T {
    return isObject(value) && this.test(value, value);
  }

  /**
   * Every field that fails, by its JSON Pointer; empty when `accepts` holds.
   *
   * @param prefix pointer of the value itself
   */
  errors(value: unknown, codeOf: CodeOfConstraint, prefix = ''): FieldError[] {
    if (!isObject(value)) {
      return [{ pointer: prefix, code: 'contract-violation', detail: 'is a JSON object' }];
    }
    const found = validateSync(instanceOf(this.type, value), {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
    });
    return found.flatMap((error) => fieldErrorsOf(error, prefix, codeOf)).slice(0, ERRORS_MAX);
  }
}

/** Code of a failed constraint, by its name; `undefined` leaves it at `contract-violation`. */
export type CodeOfConstraint = (constraint: string, pointer: string) => ProblemCode | undefined;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compile(type: Class<object>, known: Map<Class<object>, Test>): Test {
  const earlier = known.get(type);
  if (earlier !== undefined) return earlier;
  const members = membersOf(type, known);
  const byName = new Map(members.map((member) => [member.name, member]));
  const required = members.filter((member) => !member.isOptional).length;
  const test: Test = (value) => {
    const object = value as Record<string, unknown>;
    let found = 0;
    for (const name in object) {
      const member = byName.get(name);
      if (member === undefined) return false;
      const own = object[name];
      if (member.isOptional) {
        if (own === undefined) continue;
      } else {
        found += 1;
      }
      for (const holds of member.tests) if (!holds(own, object)) return false;
    }
    return found === required;
  };
  known.set(type, test);
  return test;
}

function membersOf(type: Class<object>, known: Map<Class<object>, Test>): Member[] {
  const storage = getMetadataStorage();
  const grouped = storage.groupByPropertyName(
    storage.getTargetValidationMetadatas(type, '', false, false),
  );
  return Object.entries(grouped).map(([name, metadatas]) => {
    let isOptional = false;
    const tests: Test[] = [];
    for (const metadata of metadatas) {
      if (metadata.groups !== undefined && metadata.groups.length > 0)
        throw cannotCompile(type, name);
      if (metadata.type === ValidationTypes.CONDITIONAL_VALIDATION) {
        if (metadata.constraints[0] !== isPresent) throw cannotCompile(type, name);
        isOptional = true;
      } else if (metadata.type === ValidationTypes.NESTED_VALIDATION) {
        tests.push(nestedTest(type, name, metadata.each, known));
      } else if (metadata.type === ValidationTypes.CUSTOM_VALIDATION) {
        tests.push(...customTests(type, name, metadata));
      } else {
        throw cannotCompile(type, name);
      }
    }
    return { name, isOptional, tests };
  });
}

interface CustomMetadata {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- class-validator's own type
  readonly constraintCls: Function;
  readonly constraints: unknown[];
  readonly each: boolean;
}

function customTests(type: Class<object>, name: string, metadata: CustomMetadata): Test[] {
  return getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .map((constraint) => {
      if (constraint.async) throw cannotCompile(type, name);
      const { instance } = constraint;
      // One object for all calls: making it anew costs more than the rule itself, and no rule keeps it.
      const args: ValidationArguments = {
        targetName: type.name,
        property: name,
        constraints: metadata.constraints,
        value: undefined,
        object: {},
      };
      const one: Test = (value, object) => {
        args.value = value;
        args.object = object;
        return instance.validate(value, args) === true;
      };
      if (!metadata.each) return one;
      return (value, object) =>
        Array.isArray(value) ? value.every((item) => one(item, object)) : one(value, object);
    });
}

function nestedTest(
  type: Class<object>,
  name: string,
  each: boolean,
  known: Map<Class<object>, Test>,
): Test {
  const nested = nestedTypeOf(type.prototype as object, name);
  if (nested === undefined) throw cannotCompile(type, name);
  const test = compile(nested, known);
  const one = (value: unknown): boolean => isObject(value) && test(value, value);
  if (!each) return one;
  return (value) => Array.isArray(value) && value.every(one);
}

function cannotCompile(type: Class<object>, name: string): TypeError {
  return new TypeError(`${type.name}.${name} has a decorator that has no compiled form`);
}

/**
 * class-validator takes a member named like what every object inherits (`constructor`, `toString`) for its own, so a
 * sender's member of such a name goes by one that no JSON reader of ours lets through.
 */
const HIDDEN = '\u0000';

/** The value as an instance, nested members too: class-validator finds its rules by the constructor. */
function instanceOf(type: Class<object>, value: object): object {
  const instance = new type() as Record<string, unknown>;
  const prototype = type.prototype as object;
  for (const [name, member] of Object.entries(value)) {
    const nested = nestedTypeOf(prototype, name);
    const made =
      nested === undefined
        ? member
        : Array.isArray(member)
          ? member.map((item: unknown) => (isObject(item) ? instanceOf(nested, item) : item))
          : isObject(member)
            ? instanceOf(nested, member)
            : member;
    // A plain assignment would call a setter of the prototype; a member is data, whatever its name.
    const property = name in Object.prototype ? HIDDEN + name : name;
    Object.defineProperty(instance, property, {
      value: made,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return instance;
}

const UNKNOWN = 'whitelistValidation';

function fieldErrorsOf(
  error: ValidationError,
  prefix: string,
  codeOf: CodeOfConstraint,
): FieldError[] {
  const name = error.property.startsWith(HIDDEN) ? error.property.slice(1) : error.property;
  const pointer = `${prefix}/${pointerStep(name)}`;
  const own = Object.entries(error.constraints ?? {});
  if (own.length > 0) return [fieldErrorOf(own, error.value, pointer, codeOf)];
  return (error.children ?? []).flatMap((child) => fieldErrorsOf(child, pointer, codeOf));
}

/** One error a field: that it is missing, then that its kind is wrong, then what its form lacks. */
function fieldErrorOf(
  failed: readonly (readonly [string, string])[],
  value: unknown,
  pointer: string,
  codeOf: CodeOfConstraint,
): FieldError {
  const names = failed.map(([name]) => name);
  if (names.includes(UNKNOWN)) {
    return { pointer, code: 'unknown-field', detail: 'is not a member of this object' };
  }
  const coded = failed.map(([name, detail]) => ({
    code: codeOf(name, pointer) ?? ('contract-violation' as const),
    detail,
  }));
  if (value === undefined) {
    const attribute = coded.find((error) => error.code === 'malformed');
    return { pointer, code: attribute?.code ?? 'contract-violation', detail: 'is missing' };
  }
  const kind =
    coded.find((e) => e.code === 'malformed') ?? coded.find((e) => e.code === 'contract-violation');
  const [first] = coded;
  return { pointer, ...(kind ?? first ?? { code: 'contract-violation', detail: 'is not valid' }) };
}
