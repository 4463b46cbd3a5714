import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitmentOf } from '../../../src/kernel/commitment';
import { openSqlite } from '../../../src/event-store/sqlite';
import { type Privacy } from '../../../src/privacy';
import { KEK, openPrivacyIn } from '../../support/privacy';
import { codeOf } from '../../support/refusals';
import { temporaryFolder } from '../../support/temporary-folder';

const EVENT = 'afbad565-a792-523e-b735-6ca0636bbe08';
const OTHER = '3297ea7d-4782-562a-a307-1c9a67802467';
const IBAN = { pointer: '/data/personal/payeeIban', value: 'DE75512108001245126199' };
const NAME = { pointer: '/data/attachments/0/name', value: 'Überweisung "Mai".pdf' };

describe('personal values', () => {
  const newFolder = temporaryFolder();
  let folder: string;
  let privacy: Privacy;
  beforeEach(() => {
    folder = newFolder();
    privacy = openPrivacyIn(folder);
  });
  afterEach(() => privacy.close());
  const reopen = (changes: Parameters<typeof openPrivacyIn>[1] = { seed: 'another run' }) => {
    privacy.close();
    privacy = openPrivacyIn(folder, changes);
  };
  /** Changes the file as somebody with access to the disk could. */
  const tamper = (sql: string) => {
    privacy.close();
    const file = openSqlite(join(folder, 'privacy.db'));
    file.exec(sql);
    file.close();
    privacy = openPrivacyIn(folder);
  };

  it('are committed to, and their openings fit', () => {
    const commitments = privacy.personalValues.commit(EVENT, [IBAN, NAME]);
    expect(Object.keys(commitments)).toEqual([IBAN.pointer, NAME.pointer]);
    const openings = privacy.personalValues.open(EVENT);
    expect(openings.map(({ path, value }) => [path, value])).toEqual([
      [NAME.pointer, NAME.value],
      [IBAN.pointer, IBAN.value],
    ]);
    for (const { path, salt, value, commitment } of openings) {
      expect(commitment).toBe(commitments[path]);
      expect(commitmentOf(path, Buffer.from(salt, 'hex'), Buffer.from(JSON.stringify(value)))).toBe(
        commitment,
      );
    }
    expect.assertions(6);
  });

  it('give the same commitments again, also after a start', () => {
    const first = privacy.personalValues.commit(EVENT, [IBAN, NAME]);
    expect(privacy.personalValues.commit(EVENT, [NAME, IBAN])).toEqual(first);
    reopen();
    expect(privacy.personalValues.commit(EVENT, [IBAN, NAME])).toEqual(first);
    expect(privacy.personalValues.open(EVENT)).toHaveLength(2);
  });

  it('have a salt each: equal values cannot be told to be equal', () => {
    const [one, two] = privacy.personalValues.commitAll([
      { eventId: EVENT, values: [IBAN, { ...IBAN, pointer: '/data/other' }] },
      { eventId: OTHER, values: [IBAN] },
    ]);
    const hashes = [...Object.values(one ?? {}), ...Object.values(two ?? {})];
    expect(new Set(hashes).size).toBe(3);
  });

  it('of a corrected attempt get commitments of their own, and each entry opens its own', () => {
    const first = privacy.personalValues.commit(EVENT, [IBAN]);
    const second = privacy.personalValues.commit(EVENT, [
      { ...IBAN, value: 'DE02120300000000202051' },
    ]);
    expect(second).not.toEqual(first);
    expect(privacy.personalValues.open(EVENT, first).map(({ value }) => value)).toEqual([
      IBAN.value,
    ]);
    expect(privacy.personalValues.open(EVENT, second).map(({ value }) => value)).toEqual([
      'DE02120300000000202051',
    ]);
  });

  it('may be any JSON', () => {
    const value = { b: [1, null, true], a: 'x' };
    const commitments = privacy.personalValues.commit(EVENT, [{ pointer: '/data/p', value }]);
    expect(privacy.personalValues.open(EVENT)[0]?.value).toEqual(value);
    const reordered = [{ pointer: '/data/p', value: { a: 'x', b: [1, null, true] } }];
    expect(privacy.personalValues.differing(EVENT, commitments, reordered)).toEqual([]);
  });

  it('of events without any are no work', () => {
    expect(privacy.personalValues.commit(EVENT, [])).toEqual({});
    expect(privacy.personalValues.open(EVENT)).toEqual([]);
  });

  it('refuse one pointer twice, and nothing of that batch is stored', () => {
    const twice = [
      { eventId: OTHER, values: [NAME] },
      { eventId: EVENT, values: [IBAN, IBAN] },
    ];
    expect(() => privacy.personalValues.commitAll(twice)).toThrow(TypeError);
    expect(privacy.personalValues.open(OTHER)).toEqual([]);
  });

  it('of a repeat are compared through their salts, place by place', () => {
    const recorded = privacy.personalValues.commit(EVENT, [IBAN, NAME]);
    const differing = (...values: (typeof IBAN)[]) =>
      privacy.personalValues.differing(EVENT, recorded, values);
    expect(differing(NAME, IBAN)).toEqual([]);
    expect(differing({ ...IBAN, value: 'DE02120300000000202051' }, NAME)).toEqual([IBAN.pointer]);
    expect(differing(NAME)).toEqual([IBAN.pointer]);
    expect(differing(NAME, IBAN, { pointer: '/data/personal/phone', value: '1' })).toEqual([
      '/data/personal/phone',
    ]);
  });

  it('that were erased count as equal', () => {
    const recorded = privacy.personalValues.commit(EVENT, [IBAN, NAME]);
    tamper(`DELETE FROM personal_value WHERE path = '${IBAN.pointer}'`);
    expect(privacy.personalValues.open(EVENT).map(({ path }) => path)).toEqual([NAME.pointer]);
    expect(
      privacy.personalValues.differing(EVENT, recorded, [{ ...IBAN, value: 'anything' }, NAME]),
    ).toEqual([]);
  });

  it('are erased with the key of their subject', () => {
    privacy.personalValues.commit(EVENT, [IBAN]);
    tamper(`PRAGMA foreign_keys = OFF; DELETE FROM subject_key`);
    expect(privacy.personalValues.open(EVENT)).toEqual([]);
  });

  it.each([
    ['moved to another event', `UPDATE personal_value SET event_id = '${OTHER}'`, OTHER],
    ['moved to another place', `UPDATE personal_value SET path = '/data/p'`, EVENT],
    ['changed', `UPDATE personal_value SET sealed = CAST(sealed || x'00' AS BLOB)`, EVENT],
    ['cut', `UPDATE personal_value SET sealed = x'00'`, EVENT],
    ['given another key', `UPDATE subject_key SET wrapped = zeroblob(60)`, EVENT],
  ])('do not open when their row was %s', (_what, sql, event) => {
    privacy.personalValues.commit(EVENT, [IBAN]);
    tamper(sql);
    expect(codeOf(() => privacy.personalValues.open(event))).toBe('store-corrupt');
  });

  it('stand nowhere in the files, nor do their keys', () => {
    privacy.personalValues.commit(EVENT, [IBAN]);
    const [opening] = privacy.personalValues.open(EVENT);
    const bytes = Buffer.concat(
      readdirSync(folder).map((file) => readFileSync(join(folder, file))),
    );
    expect(bytes.includes(IBAN.pointer)).toBe(true);
    expect(bytes.includes(IBAN.value)).toBe(false);
    expect(bytes.includes(Buffer.from(opening?.salt ?? '', 'hex'))).toBe(false);
    expect(bytes.includes(KEK)).toBe(false);
  });

  it('are not opened under another KEK: the service says which it needs', () => {
    privacy.personalValues.commit(EVENT, [IBAN]);
    privacy.close();
    expect(codeOf(() => openPrivacyIn(folder, { kek: Buffer.alloc(32, 8) }))).toBe('configuration');
    privacy = openPrivacyIn(folder);
    expect(privacy.personalValues.open(EVENT)).toHaveLength(1);
  });
});
