import { type ApiClient } from '../client/api-client';
import { getAt } from './poll';

/** What the demo asks after the month is in; every answer comes from the public API. */
export interface Answers {
  readonly findings: readonly Finding[];
  readonly duplicates: readonly Duplicate[];
  readonly missingReceipts: readonly Missing[];
}

export interface Finding {
  readonly rule: string;
  readonly title: string;
  readonly status: string;
  readonly person: string | null;
  readonly scope: {
    readonly kind: string;
    readonly object: { readonly type: string; readonly entity: string; readonly id: string };
  };
}

export interface ObjectItem {
  readonly type: string;
  readonly entity: string;
  readonly id: string;
}

export interface Duplicate {
  readonly sentence: string;
}

export interface Missing {
  readonly entity: string;
  readonly id: string;
  readonly sentence: string;
}

interface List<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

interface LineageReply {
  readonly nodes: readonly {
    readonly status: string;
    readonly type: string;
    readonly depth: number;
    readonly sentence?: string;
  }[];
}

/** @param token of the last event: the answers speak of all of them */
export async function ask(
  client: ApiClient,
  token: string,
  sleep: (ms: number) => Promise<void>,
): Promise<Answers> {
  const list = async <T>(path: string): Promise<readonly T[]> =>
    (await getAt<List<T>>(client, path, token, sleep)).body.items;
  const findings = await list<Finding>('/v1/findings?status=violation&limit=1000');
  const duplicates = await list<Duplicate>('/v1/objects/duplicates');
  const invoices = await list<ObjectItem>('/v1/objects?type=invoice&step=approved&limit=1000');
  const missingReceipts: Missing[] = [];
  for (const { entity, id } of invoices)
    missingReceipts.push(...(await missingAround(client, entity, id)));
  return { findings, duplicates, missingReceipts };
}

/** A document that the invoice itself needs and that nobody reported. */
async function missingAround(
  client: ApiClient,
  entity: string,
  id: string,
): Promise<readonly Missing[]> {
  const path = `/v1/objects/invoice/${encodeURIComponent(entity)}/${encodeURIComponent(id)}/lineage?depth=1`;
  const { body } = await client.get<LineageReply>(path);
  return body.nodes
    .filter((node) => node.status === 'missing' && node.type === 'goods-receipt')
    .map((node) => ({ entity, id, sentence: node.sentence ?? `${id} has no goods receipt.` }));
}
