import { binaryEvent, EventStoreDBClient } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';

/** The client as it comes, for looking at a server from outside. Credentials on each call: unary appends. */
export const CREDENTIALS = { credentials: { username: 'admin', password: 'changeit' } };

export const rawClient = (url: string): EventStoreDBClient =>
  EventStoreDBClient.connectionString(url);

export const anEvent = (id: string = randomUUID(), data = 'data') =>
  binaryEvent({ id, type: 'thing.happened', data: Buffer.from(data) });

export const someEvents = (count: number) => Array.from({ length: count }, () => anEvent());

export async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
