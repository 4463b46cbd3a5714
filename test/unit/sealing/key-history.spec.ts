import { base64 } from '../../../src/sealing/base64';
import { checkpointBody } from '../../../src/sealing/checkpoint';
import { handOverBody, type KeyEntry, KeyHistory } from '../../../src/sealing/key-history';
import { type NoteLine } from '../../../src/sealing/note';
import { type Signer, signerOf } from '../../../src/sealing/signer';

const ORIGIN = 'tieout.example/acme';
const signer = (fill: number, name = ORIGIN): Signer => signerOf(name, Buffer.alloc(32, fill));
const first = signer(1);
const second = signer(2);
const third = signer(3);
const recovery = signer(9, `${ORIGIN}/recovery`);

const created: KeyEntry = {
  index: 0,
  type: 'ledger.created',
  data: { origin: ORIGIN, vkey: first.vkey, recoveryVkey: recovery.vkey },
};

function added(index: number, from: Signer, to: Signer, by: Signer = to, more = {}): KeyEntry {
  const signature = base64(by.sign(handOverBody(ORIGIN, from.vkey, to.vkey)));
  const data = { vkey: to.vkey, replaces: from.vkey, signature, ...more };
  return { index, type: 'ledger.key-added', data };
}

const emergency = (index: number, from: Signer, to: Signer, by = recovery): KeyEntry =>
  added(index, from, to, to, {
    recoverySignature: base64(by.sign(handOverBody(ORIGIN, from.vkey, to.vkey))),
  });

const retired = (index: number, key: Signer): KeyEntry => ({
  index,
  type: 'ledger.key-retired',
  data: { vkey: key.vkey, reason: 'rotation' },
});

const compromised = (index: number, key: Signer, trustedSize: number): KeyEntry => ({
  index,
  type: 'ledger.key-compromised',
  data: { vkey: key.vkey, trustedSize, reason: 'the key file was copied' },
});

const root = Buffer.alloc(32, 7);
const bodyOf = (size: number): Buffer =>
  Buffer.from(checkpointBody({ origin: ORIGIN, size, root }));

const lineOf = (key: Signer, size: number): NoteLine => ({
  name: key.name,
  keyId: Buffer.from(key.keyId).toString('hex'),
  signature: key.sign(bodyOf(size)),
});

/** Codes of the findings on the log's own copy of a checkpoint, and the ids of the keys that count. */
function check(history: KeyHistory, size: number, signers: readonly Signer[], isKept = true) {
  const lines = signers.map((key) => lineOf(key, size));
  const { findings, counted } = history.check({ size, body: bodyOf(size), lines, isKept });
  return { codes: findings.map(({ code }) => code), counted: counted.map(({ vkey }) => vkey) };
}

const codesOf = (...entries: KeyEntry[]): string[] =>
  KeyHistory.of(entries).findings.map(({ code }) => code);

describe('the keys of a log', () => {
  const rotated = KeyHistory.of([created, added(10, first, second), retired(20, first)]);

  it('are in service from their announcement to their retirement, both in the overlap', () => {
    const ids = (size: number) => rotated.inService(size).map(({ key }) => key.vkey);
    expect(ids(10)).toEqual([first.vkey]);
    expect(ids(11)).toEqual([first.vkey, second.vkey]);
    expect(ids(20)).toEqual([first.vkey, second.vkey]);
    expect(ids(21)).toEqual([second.vkey]);
    expect(rotated.findings).toEqual([]);
  });

  it('sign together in the overlap: the old line on the first checkpoint after a is the hand-over', () => {
    expect(check(rotated, 11, [first, second])).toEqual({
      codes: [],
      counted: [first.vkey, second.vkey],
    });
    expect(check(rotated, 11, [second]).codes).toEqual(['key-handover']);
    expect(check(rotated, 11, [first]).codes).toEqual(['key-handover']);
  });

  it('do not sign above their retirement', () => {
    expect(check(rotated, 21, [first, second]).codes).toEqual(['checkpoint-key-window']);
    expect(check(rotated, 21, [first], false)).toEqual({
      codes: ['checkpoint-key-window'],
      counted: [],
    });
    expect(check(rotated, 21, [second]).codes).toEqual([]);
  });

  it('may sign an earlier size again', () => {
    expect(check(rotated, 5, [first, second])).toMatchObject({ codes: [] });
    expect(check(rotated, 5, [second], false)).toEqual({ codes: [], counted: [second.vkey] });
  });

  it('are announced before they sign', () => {
    const history = KeyHistory.of([created]);
    expect(check(history, 5, [second]).codes).toEqual(['key-handover', 'key-handover']);
    expect(check(history, 5, [second], false).codes).toEqual(['checkpoint-signature']);
  });

  it('have each line checked, and witnesses passed over', () => {
    const body = bodyOf(5);
    const good = lineOf(first, 5);
    const bad = { ...good, signature: lineOf(first, 6).signature };
    const other = { ...lineOf(signer(5, 'witness.example/w'), 5) };
    const history = KeyHistory.of([created]);
    const codes = (lines: NoteLine[]) =>
      history.check({ size: 5, body, lines, isKept: true }).findings.map(({ code }) => code);
    expect(codes([bad, good])).toEqual(['checkpoint-signature']);
    expect(codes([good, other])).toEqual([]);
  });

  it.each([
    ['signed by another key than the new one', added(1, first, second, first)],
    ['replacing a key that is not in service', added(1, third, second)],
    ['for a key that is there already', added(1, first, first)],
    ['for the recovery key under the name of the log', added(1, first, signer(9))],
    ['for a key of another name', added(1, first, signer(2, 'tieout.example/other'))],
    [
      'without a signature',
      { ...added(1, first, second), data: { vkey: second.vkey, replaces: first.vkey } },
    ],
    ['without a key', { ...added(1, first, second), data: { replaces: first.vkey } }],
    [
      'signed by a recovery key of another ledger',
      emergency(1, first, second, signer(8, recovery.name)),
    ],
  ])('refuse an announcement %s', (_what, entry) => {
    expect(codesOf(created, entry)).toEqual(['key-handover']);
    expect(KeyHistory.of([created, entry]).current.map(({ key }) => key.vkey)).toEqual([
      first.vkey,
    ]);
  });

  it('refuse a retirement of the only key, and of one that is not in service', () => {
    expect(codesOf(created, retired(1, first))).toEqual(['key-handover']);
    expect(codesOf(created, added(1, first, second), retired(2, third))).toEqual(['key-handover']);
    expect(codesOf(created, created)).toEqual(['key-handover']);
  });

  describe('after a key was lost', () => {
    const history = KeyHistory.of([
      created,
      emergency(10, first, second),
      compromised(11, first, 7),
    ]);

    it('are the new one alone from the emergency on', () => {
      expect(history.findings).toEqual([]);
      expect(check(history, 12, [second])).toEqual({ codes: [], counted: [second.vkey] });
      expect(check(history, 12, [first, second]).codes).toEqual(['checkpoint-key-window']);
    });

    it('count for the lost key up to the last trusted size only', () => {
      expect(check(history, 7, [first])).toEqual({ codes: [], counted: [first.vkey] });
      expect(check(history, 8, [first])).toEqual({ codes: [], counted: [] });
    });

    it('cannot be declared lost while they sign, or trusted beyond the log', () => {
      expect(codesOf(created, compromised(1, first, 1))).toEqual(['key-handover']);
      expect(codesOf(created, emergency(1, first, second), compromised(2, first, 3))).toEqual([
        'key-handover',
      ]);
    });
  });
});
