import { canonicalBytes } from '../../../src/kernel/canonical-json';
import { commitmentOf } from '../../../src/kernel/commitment';
import { type Entry } from '../../../src/kernel/entry';
import { type JsonObject } from '../../../src/kernel/json';
import { PrivacyCheck, type SideRow } from '../../../src/sealing/privacy-check';

const PATH = '/data/personal/payeeIban';
const SALT = Buffer.alloc(32, 9);
const VALUE = canonicalBytes('DE75512108001245126199');
const COMMITMENT = commitmentOf(PATH, SALT, VALUE);
const ROW: SideRow = {
  path: PATH,
  commitment: COMMITMENT,
  content: { salt: SALT, value: VALUE },
};
const INVOICE = entryOf('invoice-E_DE.INV-1', 'invoice.paid', {}, { [PATH]: COMMITMENT });
const ERASURE = entryOf('privacy-_.per-5d0e71b30c2a', 'privacy.erased', {
  values: [{ stream: INVOICE.stream, revision: 0, path: PATH }],
});

function entryOf(
  stream: string,
  type: string,
  data: JsonObject,
  commitments?: Readonly<Record<string, string>>,
): Entry {
  const at = '2026-01-05T10:41:00.000Z';
  return {
    v: 1,
    stream,
    revision: 0,
    id: `${type}-id`,
    type,
    contract: 1,
    occurredAt: at,
    recordedAt: at,
    actor: { id: 'per-5d0e71b30c2a', kind: 'person' },
    source: { system: 'tieout' },
    data,
    ...(commitments === undefined ? {} : { commitments }),
  };
}

function checked(entries: readonly Entry[], rows: readonly SideRow[]) {
  const check = new PrivacyCheck();
  entries.forEach((entry, index) =>
    check.entry(entry, index, (id) => (id === INVOICE.id ? rows : [])),
  );
  return check.end();
}

describe('the check of personal values', () => {
  it('passes a value that gives its commitment', () => {
    expect(checked([INVOICE], [ROW])).toEqual({
      findings: [],
      warnings: [],
      opened: 1,
      erased: 0,
    });
  });

  it('finds a value that is gone without an event', () => {
    const { findings, erased } = checked([INVOICE], []);
    expect(erased).toBe(0);
    expect(findings).toMatchObject([
      { code: 'opening-missing', index: 0, stream: INVOICE.stream, revision: 0, pointer: PATH },
    ]);
  });

  it('reports a value as erased when a later event says so', () => {
    expect(checked([INVOICE, ERASURE], [])).toMatchObject({ findings: [], opened: 0, erased: 1 });
  });

  it('takes no erasure for one that was recorded before the value', () => {
    expect(checked([ERASURE, INVOICE], []).findings).toMatchObject([{ code: 'opening-missing' }]);
  });

  it.each<[string, Entry]>([
    ['another path', entryOf(ERASURE.stream, ERASURE.type, named({ path: '/data/reason' }))],
    ['another revision', entryOf(ERASURE.stream, ERASURE.type, named({ revision: 1 }))],
    ['another stream', entryOf(ERASURE.stream, ERASURE.type, named({ stream: 'invoice-E_DE.X' }))],
    ['a deferral', entryOf(ERASURE.stream, 'privacy.erasure-deferred', named({}))],
    ['a stream of another kind', entryOf('invoice-_.X', ERASURE.type, named({}))],
  ])('does not let an event about %s excuse a missing value', (_what, event) => {
    expect(checked([INVOICE, event], []).findings).toMatchObject([{ code: 'opening-missing' }]);
  });

  it.each<[string, SideRow]>([
    ['another value', { ...ROW, content: { salt: SALT, value: canonicalBytes('DE02') } }],
    ['another salt', { ...ROW, content: { salt: Buffer.alloc(32, 8), value: VALUE } }],
    ['a short salt', { ...ROW, content: { salt: Buffer.alloc(31, 9), value: VALUE } }],
    ['a row that does not open', { ...ROW, content: 'damaged' }],
  ])('finds %s', (_what, row) => {
    expect(checked([INVOICE], [row]).findings).toMatchObject([
      { code: 'opening-mismatch', index: 0, pointer: PATH },
    ]);
  });

  it('takes a row of another attempt for nothing', () => {
    const other = { ...ROW, commitment: 'ab'.repeat(32) };
    expect(checked([INVOICE], [other]).findings).toMatchObject([{ code: 'opening-missing' }]);
  });

  it('counts a row that it had no key for as there', () => {
    expect(checked([INVOICE], [{ ...ROW, content: 'closed' }])).toMatchObject({
      findings: [],
      opened: 1,
    });
  });

  it('warns of a value that is there although an event says it was erased', () => {
    const { findings, warnings } = checked([INVOICE, ERASURE], [ROW]);
    expect(findings).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${INVOICE.stream} revision 0 ${PATH}`);
  });

  it.each<[string, JsonObject]>([
    ['no list', {}],
    ['a list of texts', { values: ['/data/reason'] }],
    ['a place without a path', { values: [{ stream: INVOICE.stream, revision: 0 }] }],
  ])('names an erasure with %s', (_what, data) => {
    const { findings } = checked([INVOICE, entryOf(ERASURE.stream, ERASURE.type, data)], [ROW]);
    expect(findings).toMatchObject([{ code: 'entry-schema', index: 1, pointer: '/data/values' }]);
  });
});

function named(changes: JsonObject): JsonObject {
  return { values: [{ stream: INVOICE.stream, revision: 0, path: PATH, ...changes }] };
}
