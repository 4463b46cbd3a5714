import { parseCivilDate } from '../../kernel/civil-date';
import { parseDecimal } from '../../kernel/decimal';
import { isTieoutError, type FieldError, type ProblemCode } from '../../kernel/errors';
import { isIdentifier } from '../../kernel/identifier';
import { type Json, type JsonObject } from '../../kernel/json';
import { minorDigits, type MoneyJson } from '../../kernel/money';
import {
  workflowOf,
  type CustomField,
  type WorkflowDefinition,
} from '../workflow-definitions.policy';
import { linesFault } from './document-lines.policy';

/** What the contract of a type looks at; an event whose form has been validated is one. */
export interface ContractedEvent {
  readonly type: string;
  readonly subject?: string;
  readonly dataschema?: string;
  readonly data: {
    readonly entity: string;
    readonly object: { readonly type: string; readonly id: string };
    readonly transition: { readonly action: string; readonly from?: string; readonly to: string };
    readonly amount?: MoneyJson;
    readonly dimensions?: Readonly<Record<string, string>>;
    readonly custom?: JsonObject;
  };
}

/** The source's own status codes for one object type -> canonical states. */
export type StateCodes = ReadonlyMap<string, string>;

/** An event that its contract accepts, with what the contract adds to it. */
export interface Contracted {
  readonly workflow: WorkflowDefinition;
  /** `invoice.approved` */
  readonly entryType: string;
  readonly contract: number;
  readonly transition: { readonly action: string; readonly from?: string; readonly to: string };
  /** true when a state was given in the source's own code */
  readonly wasMapped: boolean;
}

/** Contracts shipped with the service are version 1. */
const CONTRACT_VERSION = 1;
const TYPE = /^tieout\.([a-z][a-z0-9-]*)\.([a-z][a-z0-9-]*)$/;
const SCHEMA = /^\/v1\/contracts\/(?:tieout\.)?([a-z0-9.-]+)\/versions\/(0|[1-9][0-9]*)$/;
const PERIOD = /^[0-9]{4}-(?:0[1-9]|1[0-3])$/;
/** A budget may be for a whole fiscal year. */
const BUDGET_PERIOD = /^[0-9]{4}(?:-(?:0[1-9]|1[0-3]))?$/;
const COMMON_DIMENSIONS: ReadonlySet<string> = new Set([
  'costCenter',
  'account',
  'project',
  'period',
]);
const CUSTOM_TEXT_MAX = 1024;

/**
 * Checks an event against the contract of its type: what the members say together, beyond the form of each.
 *
 * @param codesOf the source's status codes for an object type
 * @returns the contract's reading of the event, or every field that breaks it
 */
export function underContract(
  event: ContractedEvent,
  codesOf: (objectType: string) => StateCodes | undefined,
): Contracted | FieldError[] {
  const { object, transition } = event.data;
  const match = TYPE.exec(event.type);
  const workflow = workflowOf(object.type);
  const errors: FieldError[] = [];
  if (match === null) {
    errors.push(violation('/type', 'is "tieout.<object>.<action>"; no contract maps another type'));
  } else {
    checkAgreement(event, match[1], match[2], errors);
  }
  if (workflow === undefined) {
    errors.push(violation('/data/object/type', 'is not an object type that has a contract'));
    return errors;
  }
  if (!workflow.transitions.some((rule) => rule.action === transition.action)) {
    errors.push(
      violation('/data/transition/action', `is not an action of the workflow of ${object.type}`),
    );
  }
  const codes = codesOf(object.type);
  const to = stateOf(workflow, codes, transition.to);
  const from =
    transition.from === undefined ? undefined : stateOf(workflow, codes, transition.from);
  if (to === undefined || to === workflow.initial)
    errors.push(unmapped('/data/transition/to', object.type));
  if (transition.from !== undefined && from === undefined) {
    errors.push(unmapped('/data/transition/from', object.type));
  }
  checkFields(event, workflow, errors);
  if (errors.length > 0 || to === undefined) return errors;
  return {
    workflow,
    entryType: `${object.type}.${transition.action}`,
    contract: CONTRACT_VERSION,
    transition: { action: transition.action, ...(from === undefined ? {} : { from }), to },
    wasMapped: to !== transition.to || from !== transition.from,
  };
}

/** The four places that name the object and the action must agree. */
function checkAgreement(
  event: ContractedEvent,
  typeObject: string | undefined,
  typeAction: string | undefined,
  errors: FieldError[],
): void {
  const { entity, object, transition } = event.data;
  if (typeObject !== object.type) {
    errors.push(
      violation('/data/object/type', 'differs from the object that the type of the event names'),
    );
  }
  if (typeAction !== transition.action) {
    errors.push(
      violation(
        '/data/transition/action',
        'differs from the action that the type of the event names',
      ),
    );
  }
  if (event.subject !== undefined && event.subject !== `${object.type}/${entity}/${object.id}`) {
    errors.push(violation('/subject', 'differs from data.object; it is "<object>/<entity>/<id>"'));
  }
  if (event.dataschema === undefined) return;
  const schema = SCHEMA.exec(event.dataschema);
  if (
    schema === null ||
    schema[1] !== `${object.type}.${transition.action}` ||
    Number(schema[2]) !== CONTRACT_VERSION
  ) {
    errors.push(
      violation(
        '/dataschema',
        'is not a contract of this type; it is "/v1/contracts/<type>/versions/1"',
      ),
    );
  }
}

function stateOf(
  workflow: WorkflowDefinition,
  codes: StateCodes | undefined,
  code: string,
): string | undefined {
  // The source's own agreement comes first: its "approved" may be our "matched".
  const mapped = codes?.get(code);
  if (mapped !== undefined) return mapped;
  return code === workflow.initial || workflow.states.includes(code) ? code : undefined;
}

function checkFields(
  event: ContractedEvent,
  workflow: WorkflowDefinition,
  errors: FieldError[],
): void {
  const { data } = event;
  const { fields } = workflow;
  if (data.amount === undefined && fields.amountRequiredFor.includes(data.transition.action)) {
    errors.push(
      violation(
        '/data/amount',
        `is missing; ${workflow.object}.${data.transition.action} has an amount`,
      ),
    );
  }
  for (const name in data.dimensions) {
    if (!COMMON_DIMENSIONS.has(name) && !fields.dimensions.includes(name)) {
      errors.push({
        pointer: `/data/dimensions/${name}`,
        code: 'unknown-field',
        detail: `is not a dimension of ${workflow.object}`,
      });
    } else if (name === 'period') {
      const wrong = periodError(workflow.object, data.dimensions[name] ?? '');
      if (wrong !== undefined) errors.push(violation('/data/dimensions/period', wrong));
    }
  }
  for (const name in data.custom) {
    const rule = Object.hasOwn(fields.custom, name) ? fields.custom[name] : undefined;
    const pointer = `/data/custom/${name}`;
    if (rule === undefined) {
      errors.push({
        pointer,
        code: 'unknown-field',
        detail: `is not a member that the contract of ${workflow.object} adds`,
      });
    } else {
      const wrong = customError(rule, data.custom[name] as Json);
      if (wrong !== undefined) errors.push({ pointer, ...wrong });
    }
  }
}

function periodError(type: string, period: string): string | undefined {
  if (type !== 'budget')
    return PERIOD.test(period) ? undefined : 'is a fiscal period, such as "2026-11"';
  return BUDGET_PERIOD.test(period)
    ? undefined
    : 'is a fiscal period or year, such as "2026-11" or "2026"';
}

interface Wrong {
  readonly code: ProblemCode;
  readonly detail: string;
}

function customError(rule: CustomField, value: Json): Wrong | undefined {
  if (rule.type === 'lines') {
    const detail = linesFault(value);
    return detail === undefined ? undefined : { code: 'contract-violation', detail };
  }
  if (rule.type === 'integer') {
    return Number.isSafeInteger(value)
      ? undefined
      : { code: 'contract-violation', detail: 'is an integer' };
  }
  if (typeof value !== 'string') return { code: 'contract-violation', detail: 'is text' };
  if (rule.type === 'decimal') {
    return refusal(
      () => parseDecimal(value, '', rule.scaleMax),
      `is an exact decimal with at most ${rule.scaleMax ?? 18} digits after the point, such as "12.50"`,
    );
  }
  if (rule.type === 'currency') {
    return minorDigits(value) === undefined
      ? { code: 'money-form', detail: 'is an ISO 4217 currency' }
      : undefined;
  }
  if (rule.type === 'date')
    return refusal(() => parseCivilDate(value), 'is a date, such as "2026-01-05"');
  return isIdentifier(value) && value.length <= CUSTOM_TEXT_MAX
    ? undefined
    : { code: 'contract-violation', detail: `is text of at most ${CUSTOM_TEXT_MAX} characters` };
}

function refusal(read: () => unknown, detail: string): Wrong | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!isTieoutError(error)) throw error;
    return { code: error.code as ProblemCode, detail };
  }
}

function violation(pointer: string, detail: string): FieldError {
  return { pointer, code: 'contract-violation', detail };
}

function unmapped(pointer: string, object: string): FieldError {
  return {
    pointer,
    code: 'state-unmapped',
    detail: `is neither a canonical state of ${object} nor a status code registered for this source`,
  };
}
