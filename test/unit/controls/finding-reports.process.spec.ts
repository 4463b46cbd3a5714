import { controlRegisters } from '../../../projections/control-registers';
import { type ReadDb, type Snapshot } from '../../../projections/read-model';
import { sodFindings } from '../../../projections/sod-findings';
import { Executor } from '../../../src/commanding';
import { FindingReports } from '../../../src/controls/finding-work/finding-reports.process';
import { openMemoryStore, type LedgerStore } from '../../../src/event-store';
import { decodeEntry, type Entry } from '../../../src/kernel/entry';
import { ProjectionHarness } from '../../support/projection-harness';
import { did, mapped, minuteOf, registered, type Did } from '../../support/sod-ledger';

const PO = 'purchase_order-E_DE.PO-1';
const INVOICE = 'invoice-E_DE.INV-1';
const DAY = 1440;

describe('reports of findings to the ledger', () => {
  let rows: ProjectionHarness;
  let store: LedgerStore;
  let now: string;
  let seen: number;
  beforeEach(() => {
    rows = new ProjectionHarness([controlRegisters, sodFindings]);
    store = openMemoryStore();
    now = minuteOf(DAY);
    seen = 0;
    rows.feed(
      ...mapped({ account: 'a', person: 'P-A' }),
      ...mapped({ account: 'b', person: 'P-B' }),
    );
  });
  afterEach(() => rows.close());

  const snapshot = (db: ReadDb): Snapshot => ({
    position: 's.7',
    all: (sql, params) => db.all(sql, params),
    get: (sql, params) => db.get(sql, params),
  });
  const node = () =>
    new FindingReports({
      executor: new Executor({
        origin: 'tieout.example/acme',
        store,
        clock: { now: () => now },
        retry: { attemptsMax: 3, sleep: async () => undefined },
      }),
      readModel: { query: (ask) => ask(snapshot(rows.db)), waitFor: async () => undefined },
      clock: { now: () => now },
    });

  /** Everything told so far; what is new reaches the read model. */
  const told = async (): Promise<unknown[][]> => {
    const entries: Entry[] = [];
    for await (const delivery of store.readAll()) entries.push(decodeEntry(delivery.entry));
    const fresh = entries.slice(seen);
    seen = entries.length;
    if (fresh.length > 0)
      rows.feed(...fresh.map(({ stream, type, data }) => ({ stream, type, data })));
    return entries.map(({ type, data }) => [type, data['status'], data['rule'], data['report']]);
  };
  const round = async (): Promise<unknown[][]> => {
    await node().round();
    return told();
  };

  const created: Did = { object: PO, action: 'created', account: 'a', minute: 1 };
  const received: Did = {
    object: INVOICE,
    action: 'received',
    account: 'a',
    minute: 2,
    related: [{ type: 'purchase-order', id: 'PO-1', role: 'order' }],
  };
  const RAISED = ['sod-finding.raised', 'violation', 'P2P-06', 1];

  it('say once what was found, with its evidence and what it rests on', async () => {
    rows.feed(did(created), did(received));
    expect(await round()).toEqual([RAISED]);
    expect(await round()).toEqual([RAISED]);
    for await (const { entry } of store.readAll()) {
      expect(decodeEntry(entry).data).toMatchObject({
        ...{ at: now, person: 'P-A', kind: 'lineage', scope: PO, severity: 'high' },
        evidence: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        pins: {
          ruleSet: 'ledger-default-sod@1.0.0',
          dutyMapping: 'ledger-default-duties@1.0.0',
          position: 's.7',
        },
      });
    }
  });

  it('say once what several nodes found, and what one told that ended before its read model knew', async () => {
    rows.feed(did(created), did(received));
    await Promise.all([node().round(), node().round(), node().round()]);
    await node().round();
    expect(await told()).toEqual([RAISED]);
  });

  it('say that a finding changed, was cleared, and was found again', async () => {
    rows.feed(did(created), did(received));
    await round();
    rows.feed(did({ ...received, action: 'posted', minute: 3 }));
    const changed = ['sod-finding.changed', 'violation', 'P2P-06', 2];
    expect(await round()).toEqual([RAISED, changed]);
    rows.feed(...mapped({ account: 'a', person: 'P-B', mapping: 2, validFrom: minuteOf(2) }));
    rows.feed(...mapped({ account: 'a', person: 'P-A', mapping: 3, validTo: minuteOf(2) }));
    const cleared = ['sod-finding.cleared', undefined, undefined, 3];
    expect(await round()).toEqual([RAISED, changed, cleared]);
    rows.feed(did({ ...created, action: 'changed', account: 'a', minute: 0 }));
    rows.feed(...mapped({ account: 'a', person: 'P-A', mapping: 4, validFrom: minuteOf(2) }));
    expect((await round()).at(-1)).toEqual(['sod-finding.raised', 'violation', 'P2P-06', 4]);
  });

  it('say what time alone makes of a finding', async () => {
    const entry = {
      ...{ rule: 'P2P-06', person: 'P-A', reason: 'small team', compensatingControl: 'review' },
      ...{ from: minuteOf(-DAY), to: minuteOf(60 * DAY), controlDueAt: minuteOf(30 * DAY) },
    };
    rows.feed(...registered('sod-exception', 'E1', { entry, minute: 0 }));
    rows.feed(did(created), did(received));
    const mitigated = ['sod-finding.raised', 'mitigated', 'P2P-06', 1];
    expect(await round()).toEqual([mitigated]);
    now = minuteOf(30 * DAY);
    expect(await round()).toEqual([mitigated, ['sod-finding.changed', 'violation', 'P2P-06', 2]]);
  });
});
