import { binaryEvent, EventStoreDBClient } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { EntryIdMap, openKurrentStore, readConnectionString } from '../src/event-store/kurrentdb';
import { KurrentNodes } from '../test/support/kurrent-nodes';
import { foundTestLedger, TestWriter } from '../test/support/sealed-ledger';
import { figure, report, rowOf } from './report';
import { measure, ratios } from './rounds';

/**
 * A shared ledger against the client alone, on one server in the same run. Without TIEOUT_KURRENTDB_URL the server is the
 * stand-in of the tests, in this process: it bounds both sides alike, so only the ratio says something.
 */
const SECTION = 'Shared ledger';
const ROUNDS = 5;
const APPENDS = 400;
const CALLERS = 16;
const STREAMS = 40;
const EVENTS_EACH = 500;

const stream = () => `invoice-E_DE.${randomUUID()}`;
const entry = Buffer.alloc(300, 'x');

async function appends(url: string): Promise<void> {
  const raw = EventStoreDBClient.connectionString(url);
  const store = await openKurrentStore({
    connection: readConnectionString(url),
    ledger: `bench_${process.pid}`,
    node: 'bench',
    ids: new EntryIdMap(),
  });
  const each = async (one: () => Promise<unknown>): Promise<number> => {
    const caller = async (): Promise<void> => {
      for (let i = 0; i < APPENDS / CALLERS; i += 1) await one();
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    return APPENDS;
  };
  const credentials = { username: 'admin', password: 'changeit' };
  const contenders = [
    {
      name: 'adapter',
      prepare: () => undefined,
      round: () =>
        each(() =>
          store.append(stream(), 'no-stream', [
            { id: randomUUID(), storeId: randomUUID(), type: 'invoice.received', entry },
          ]),
        ),
    },
    {
      name: 'raw',
      prepare: () => undefined,
      round: () =>
        each(() =>
          raw.appendToStream(
            `bench-${randomUUID()}`,
            binaryEvent({ type: 'invoice.received', data: entry }),
            { expectedRevision: 'no_stream', credentials },
          ),
        ),
    },
  ];
  const [adapter, client] = await measure(contenders, ROUNDS);
  if (adapter === undefined || client === undefined) throw new Error('two sides are measured');
  report(
    rowOf({
      section: SECTION,
      work: `1 event an append, ${CALLERS} callers, adapter`,
      target: '>= 0.8 of the client alone',
      values: ratios(adapter, client),
      atLeast: 0.8,
      unit: ` of the client (${figure(adapter.median)}/s)`,
    }),
  );
  await store.close();
  await raw.dispose();
}

async function catchUp(): Promise<void> {
  const nodes = await KurrentNodes.start();
  const one = await nodes.open();
  await foundTestLedger(one.store);
  const writer = new TestWriter(one.store);
  for (let i = 0; i < STREAMS; i += 1) await writer.append(`B${i}`, EVENTS_EACH);
  const rates: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const begun = performance.now();
    const { store } = await nodes.open({ signerOf: undefined });
    rates.push((STREAMS * EVENTS_EACH) / ((performance.now() - begun) / 1_000));
    await store.close();
  }
  report(
    rowOf({
      section: SECTION,
      work: 'a fresh node reads, checks and stores the log',
      target: '>= 20,000 events/s',
      values: rates,
      atLeast: 20_000,
      digits: 0,
      unit: ' events/s',
    }),
  );
  await nodes.stop();
}

async function main(): Promise<void> {
  const url = process.env['TIEOUT_KURRENTDB_URL'];
  if (url === undefined) {
    const nodes = await KurrentNodes.start();
    await appends(nodes.server.url);
    await nodes.stop();
  } else await appends(url);
  await catchUp();
}

void main();
