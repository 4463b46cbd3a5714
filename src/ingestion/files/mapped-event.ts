import { fieldError } from '../../kernel/errors';
import { type Json } from '../../kernel/json';
import { type FileMapping, type MappedRelated, type MappedStep } from './file-mapping';
import { type FileRow } from './file-row';
import { type MappedText } from './mapped-text';
import { amountText } from './plain-decimal.policy';
import { fileTime } from './zoned-time.policy';

type Members = Record<string, Json>;

/**
 * The canonical event of one row, as a structured CloudEvent.
 *
 * @returns undefined for an activity that the mapping passes over
 * @throws TieoutError `contract-violation`, `time-form`, `money-form` with the JSON Pointer of the member that cannot be
 *   filled
 */
export function mappedEvent(row: FileRow, mapping: FileMapping): Members | undefined {
  const activity = required(row, mapping.step, '/data/transition/action');
  if (!mapping.steps.has(activity)) {
    throw fieldError(
      'contract-violation',
      '/data/transition/action',
      `the mapping does not know the activity "${activity}".`,
    );
  }
  const step = mapping.steps.get(activity);
  if (step === undefined) return undefined;
  const { members } = mapping;
  const entity = required(row, members.entity, '/data/entity');
  const object = step.object ?? mapping.object;
  const id = required(row, object.id, '/data/object/id');
  const correlation = members.correlation?.(row, '/correlationid');
  return {
    specversion: '1.0',
    id: required(row, members.id, '/id'),
    source: mapping.source,
    type: `tieout.${object.type}.${step.action}`,
    subject: `${object.type}/${entity}/${id}`,
    time: timeOf(row, mapping),
    datacontenttype: 'application/json',
    ...(correlation === undefined ? {} : { correlationid: correlation }),
    data: dataOf(row, mapping, { step, entity, object: { type: object.type, id } }),
  };
}

interface Situated {
  readonly step: MappedStep;
  readonly entity: string;
  readonly object: { readonly type: string; readonly id: string };
}

function dataOf(row: FileRow, mapping: FileMapping, { step, entity, object }: Situated): Members {
  const { members } = mapping;
  const version = mapping.version?.(row, '/data/object/version');
  const initiator = members.initiatedBy?.(row, '/data/initiatedBy');
  const document = members.document?.(row, '/data/sourceDocument/id');
  const related = relatedOf(row, step.related ?? mapping.related);
  const amount = amountOf(row, mapping);
  const dimensions = textsOf(row, mapping.dimensions, '/data/dimensions');
  const custom = textsOf(row, mapping.custom, '/data/custom');
  return {
    entity,
    object: { ...object, ...(version === undefined ? {} : { version }) },
    transition: {
      action: step.action,
      ...(step.from === undefined ? {} : { from: step.from }),
      to: step.to,
    },
    actor: actorOf(row, mapping),
    ...(initiator === undefined ? {} : { initiatedBy: { account: initiator } }),
    ...(document === undefined ? {} : { sourceDocument: { id: document } }),
    ...(amount === undefined ? {} : { amount }),
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(related.length === 0 ? {} : { related }),
    ...(custom === undefined ? {} : { custom }),
  };
}

function actorOf(row: FileRow, { members }: FileMapping): Members {
  const role = members.role?.(row, '/data/actor/role');
  const principal = members.onBehalfOf?.(row, '/data/actor/onBehalfOf');
  return {
    account: required(row, members.account, '/data/actor/account'),
    kind: required(row, members.kind, '/data/actor/kind'),
    ...(role === undefined ? {} : { role }),
    ...(principal === undefined ? {} : { onBehalfOf: { account: principal } }),
  };
}

function timeOf(row: FileRow, { members, timeZone, fineTime }: FileMapping): string {
  return fileTime(required(row, members.time, '/time'), '/time', timeZone, fineTime);
}

function amountOf(row: FileRow, { amount }: FileMapping): Members | undefined {
  const value = amount?.value(row, '/data/amount/amount');
  if (amount === undefined || value === undefined) return undefined;
  const currency = required(row, amount.currency, '/data/amount/currency');
  return { amount: amountText(value, currency, '/data/amount'), currency };
}

function relatedOf(row: FileRow, related: readonly MappedRelated[]): Members[] {
  return related.flatMap(({ type, id, role, entity }) => {
    const other = id(row, '/data/related');
    const where = entity?.(row, '/data/related');
    if (other === undefined) return [];
    return [{ type, ...(where === undefined ? {} : { entity: where }), id: other, role }];
  });
}

function textsOf(row: FileRow, texts: FileMapping['custom'], pointer: string): Members | undefined {
  const found = texts.flatMap(([name, text]): [string, string][] => {
    const value = text(row, `${pointer}/${name}`);
    return value === undefined ? [] : [[name, value]];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function required(row: FileRow, text: MappedText, pointer: string): string {
  const value = text(row, pointer);
  if (value === undefined)
    throw fieldError('contract-violation', pointer, 'the row has no value for it.');
  return value;
}
