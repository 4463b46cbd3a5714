import { checkHeadsProof, checkProof, readPolicy } from '../../../src/sealing';
import { exitCodeOf, reportText } from '../../../src/sealing/check-report';
import { headsProofText } from '../../../src/sealing/heads-json';
import { CHECKPOINTS, ENTRIES, PROOF_3, VKEY, WITNESS_VKEY } from '../../support/log-example';
import { SampleLog } from '../../support/sample-log';

const policy = readPolicy(`log ${VKEY}\nquorum none\n`);
const proofOf = (proof: string, entry: string, by = policy) =>
  checkProof(Buffer.from(proof), Buffer.from(entry), { subject: '3.tlog-proof', policy: by });
const ENTRY = ENTRIES[3]!;

describe('one proof', () => {
  it('verifies the published example, with a line feed behind the entry or without', () => {
    expect(proofOf(PROOF_3, ENTRY)).toMatchObject({ result: 'verified', size: 4, findingCount: 0 });
    expect(exitCodeOf(proofOf(PROOF_3, `${ENTRY}\n`))).toBe(0);
  });

  it.each([
    ['another entry', PROOF_3, ENTRIES[2]!, 'proof-mismatch'],
    ['another index', PROOF_3.replace('index 3', 'index 2'), ENTRY, 'proof-mismatch'],
    ['an index beyond the size', PROOF_3.replace('index 3', 'index 4'), ENTRY, 'proof-mismatch'],
    ['no index', PROOF_3.replace('index 3\n', ''), ENTRY, 'proof-malformed'],
    ['half a hash', PROOF_3.replace('mgcx', ''), ENTRY, 'proof-malformed'],
    ['another header', PROOF_3.replace('@v1', '@v2'), ENTRY, 'proof-malformed'],
    ['nothing', '', ENTRY, 'proof-malformed'],
    [
      'a checkpoint of another size',
      PROOF_3.replace(CHECKPOINTS[4]!, CHECKPOINTS[3]!),
      ENTRY,
      'proof-mismatch',
    ],
    ['a changed signature', PROOF_3.replace('cPDPo', 'cPDPp'), ENTRY, 'checkpoint-signature'],
    ['another origin', PROOF_3.replace('acme\n4', 'evil\n4'), ENTRY, 'checkpoint-origin'],
  ])('is refused with %s', (_, proof, entry, code) => {
    const report = proofOf(proof, entry);
    expect(exitCodeOf(report)).toBe(1);
    expect(report.first).toMatchObject({ code });
  });

  it('names the place of the entry that does not fit', () => {
    const report = proofOf(PROOF_3, ENTRY.replace('1190.00', '1190.01'));
    expect(report.first).toMatchObject({ index: 3, stream: 'invoice-E_DE.INV-1001', revision: 2 });
  });

  it('is good, but short of a policy that asks for a witness', () => {
    const by = readPolicy(`log ${VKEY}\nwitness w ${WITNESS_VKEY}\nquorum w\n`);
    expect(exitCodeOf(proofOf(PROOF_3, ENTRY, by))).toBe(4);
  });
});

describe('one heads proof', () => {
  const STREAM = 'invoice-E_DE.INV-1';
  const log = new SampleLog();
  for (let i = 0; i < 3; i += 1) {
    for (const stream of [STREAM, `invoice-E_DE.OTHER-${i}`]) {
      log.add({
        ...{ stream, type: 'invoice.received', occurredAt: '2026-01-02T00:00:00.000Z' },
        data: { transition: { action: 'received', to: 'received' } },
      });
    }
  }
  const { proofs } = log.commitHeads([STREAM, 'invoice-E_DE.NONE']);
  const [present, absent] = proofs.map((proof) => Buffer.from(headsProofText(proof)));
  const own = readPolicy(`log ${log.signer.vkey}\nquorum none\n`);
  const lines = log.entries
    .flatMap(({ stream }, i) => (stream === STREAM ? [log.bytes[i]!] : []))
    .map((bytes) => `${Buffer.from(bytes).toString('utf8')}\n`);
  const checked = (proof: Uint8Array, entries?: readonly string[]) =>
    checkHeadsProof(proof, entries && Buffer.from(entries.join('')), {
      ...{ subject: 'x.heads.json', policy: own },
    });

  it('says which event was the last one, or that there was none', () => {
    expect(reportText(checked(present!))).toMatch(
      /^VERIFIED .*\n {2}note: invoice-E_DE\.INV-1 ends below size 7 with revision 2, leaf /u,
    );
    expect(reportText(checked(absent!))).toMatch(
      /note: invoice-E_DE\.NONE has no event below size 7/u,
    );
  });

  it('shows that the entries of a stream are complete, and which one is missing', () => {
    expect(checked(present!, lines)).toMatchObject({ result: 'verified', checked: { entries: 3 } });
    expect(checked(present!, lines.slice(0, 2)).first).toMatchObject({
      ...{ code: 'pack-incomplete', stream: STREAM, revision: 2 },
    });
    expect(checked(present!, lines.slice(1)).first).toMatchObject({ code: 'stream-gap', line: 1 });
    expect(checked(present!, []).first).toMatchObject({ code: 'pack-incomplete', revision: 0 });
    expect(checked(absent!, lines).first).toMatchObject({ code: 'pack-incomplete', line: 1 });
    const changed = lines.with(2, lines[2]!.replace('2026-01-02', '2026-01-03'));
    expect(checked(present!, changed).first).toMatchObject({
      code: 'pack-incomplete',
      revision: 2,
    });
  });

  it('is refused in another form, and with one changed byte says nothing of this stream', () => {
    expect(checked(Buffer.from('[]')).first).toMatchObject({ code: 'proof-malformed' });
    expect(checked(Buffer.from('{')).first).toMatchObject({ code: 'proof-malformed' });
    expect(checked(Buffer.from([0xff])).first).toMatchObject({ code: 'proof-malformed' });
    for (let at = 0; at < present!.length - 1; at += 7) {
      const flipped = Buffer.from(present!);
      flipped[at]! ^= 1;
      const { result, notes } = checked(flipped);
      // A byte of the stream's name makes it a statement about another stream, which may be true.
      const isSaid = result === 'verified' && notes.some((note) => note.startsWith(`${STREAM} `));
      expect([at, isSaid]).toEqual([at, false]);
    }
  });
});
