import { isTieoutError } from '../../../src/kernel/errors';
import { openCheckpoint, readCheckpointBody } from '../../../src/sealing/checkpoint';
import { readNote, verifyNote } from '../../../src/sealing/note';
import { readTlogProof } from '../../../src/sealing/tlog-proof';
import { readVkey } from '../../../src/sealing/vkey';
import { CHECKPOINTS, PROOF_3, VKEY } from '../../support/log-example';

/** golang/mod sumdb/note tests, BSD-3-Clause. */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const TEXT =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n";
const PETER_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const PETER_BAD = PETER_LINE.replace('ZJkuBS', 'ZJkuBT');
const ENOCH_LINE =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

function findingOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isTieoutError(error, 'proof-invalid')) return String(error.members['finding']);
    throw error;
  }
  return 'accepted';
}
const signedBy = (note: string, ...vkeys: string[]) =>
  verifyNote(readNote(note), vkeys.map(readVkey)).map((k) => k.name);

describe('a signed note', () => {
  it('tells which known keys signed it and passes over unknown ones', () => {
    expect(signedBy(`${TEXT}\n${PETER_LINE}${ENOCH_LINE}`, PETER)).toEqual(['PeterNeumann']);
    expect(signedBy(`${TEXT}\n${PETER_LINE}${ENOCH_LINE}`, PETER, ENOCH)).toEqual([
      'PeterNeumann',
      'EnochRoot',
    ]);
  });

  it('is refused when a line of a known key is bad, also before a good one', () => {
    expect(findingOf(() => signedBy(`${TEXT}\n${PETER_BAD}${PETER_LINE}`, PETER))).toBe(
      'checkpoint-signature',
    );
    expect(findingOf(() => signedBy(`${TEXT}\n${PETER_LINE}${PETER_BAD}`, PETER))).toBe(
      'checkpoint-signature',
    );
  });

  it('is refused without a line of a known key', () => {
    expect(findingOf(() => signedBy(`${TEXT}\n${ENOCH_LINE}`, PETER))).toBe('checkpoint-signature');
  });

  it('takes 100 signature lines and refuses 101', () => {
    expect(signedBy(`${TEXT}\n${ENOCH_LINE.repeat(99)}${PETER_LINE}`, PETER)).toEqual([
      'PeterNeumann',
    ]);
    expect(findingOf(() => readNote(`${TEXT}\n${PETER_LINE.repeat(101)}`))).toBe(
      'checkpoint-syntax',
    );
  });

  it.each<[string, string | Uint8Array]>([
    ['no signature block', TEXT],
    ['a blank line and nothing behind it', `${TEXT}\n`],
    ['a last line without a line feed', `${TEXT}\n${PETER_LINE.slice(0, -1)}`],
    ['a control character', `\u0001${TEXT}\n${PETER_LINE}`],
    ['a carriage return', `${TEXT.replace('\n', '\r\n')}\n${PETER_LINE}`],
    ['a space in the key name', `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'Bad Name')}`],
    ['text behind the signatures', `${TEXT}\n${PETER_LINE}Unexpected line.\n`],
    ['loose base64', `${TEXT}\n${PETER_LINE.replace('nAM=', 'nAN=')}`],
    ['unpadded base64', `${TEXT}\n${PETER_LINE.replace('nAM=', 'nAM')}`],
    [
      'a byte that is no UTF-8',
      Buffer.concat([Buffer.of(0xff), Buffer.from(`${TEXT}\n${PETER_LINE}`)]),
    ],
    ['over 64 KiB', `${'x'.repeat(65_536)}\n\n${PETER_LINE}`],
  ])('is refused with %s', (_, note) => {
    expect(findingOf(() => readNote(note))).toBe('checkpoint-syntax');
  });

  it('parts text and signatures at the last blank line', () => {
    expect(readNote(`a\n\nb\n\n${PETER_LINE}`).text).toBe('a\n\nb\n');
  });
});

describe('a verifier key', () => {
  it.each([
    [
      'another key length',
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
    ],
    ['an unknown type', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    [
      'a key id of another key',
      'PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    ],
  ])('is refused with %s', (_, vkey) => {
    expect(findingOf(() => readVkey(vkey))).toBe('checkpoint-signature');
  });

  it('is refused in every shortened form', () => {
    for (let start = 0; start < PETER.length; start += 1) {
      for (let end = start; end <= PETER.length; end += 1) {
        if (end - start === PETER.length) continue;
        expect(findingOf(() => readVkey(PETER.slice(start, end)))).toBe('checkpoint-signature');
      }
    }
  });
});

describe('a checkpoint', () => {
  const body = 'go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n';

  it('reads as origin, size and root', () => {
    expect(readCheckpointBody(body)).toMatchObject({
      origin: 'go.sum database tree',
      size: 123_456_789_012,
    });
  });

  it.each([
    ['a missing line', 'Head\n9944\n'],
    ['an empty origin', body.replace('go.sum database tree', '')],
    ['a leading zero', body.replace('1234', '01234')],
    ['a plus sign', body.replace('1234', '+1234')],
    ['a size beyond 2^53', body.replace('123456789012', '9007199254740993')],
    ['a negative size', body.replace('1234', '-1234')],
    ['a hexadecimal size', body.replace('123456789012', '0xabcdef')],
    ['CRLF', body.replaceAll('\n', '\r\n')],
    ['unpadded base64', body.replace('=', '')],
    ['unused bits that are not zero', body.replace('Bb0=', 'Bb1=')],
    ['a root of 31 bytes', 'Log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n'],
    ['an extension line', `${body}more\n`],
    ['no last line feed', body.slice(0, -1)],
  ])('is refused with %s', (_, text) => {
    expect(findingOf(() => readCheckpointBody(text))).toBe('checkpoint-syntax');
  });

  it('is refused when it is of another log, whatever key signed it', () => {
    expect(findingOf(() => openCheckpoint(CHECKPOINTS[4]!, readVkey(PETER)))).toBe(
      'checkpoint-origin',
    );
  });

  it('is refused when two notes are glued together', () => {
    expect(
      findingOf(() => openCheckpoint(`${CHECKPOINTS[3]}${CHECKPOINTS[4]}`, readVkey(VKEY))),
    ).not.toBe('accepted');
  });
});

describe('the text of a proof', () => {
  it('may have an extra line, which is passed over', () => {
    const extra = PROOF_3.replace('index 3', 'extra Zm9v\nindex 3');
    expect(readTlogProof(extra)).toEqual(readTlogProof(PROOF_3));
  });

  it.each([
    ['another header', PROOF_3.replace('@v1', '@v2')],
    ['an extra that is no base64', PROOF_3.replace('index 3', 'extra !!\nindex 3')],
    ['no index', PROOF_3.replace('index 3\n', '')],
    ['a negative index', PROOF_3.replace('index 3', 'index -3')],
    ['an index with a leading zero', PROOF_3.replace('index 3', 'index 03')],
    ['an index beyond 2^53', PROOF_3.replace('index 3', 'index 18446744073709551615')],
    [
      'a hash of 31 bytes',
      PROOF_3.replace(/mgcx.*/u, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=='),
    ],
    ['64 hashes', PROOF_3.replace(/(mgcx.*\n)/u, '$1'.repeat(63))],
    ['no checkpoint', PROOF_3.slice(0, PROOF_3.indexOf('\n\n') + 2)],
  ])('is refused with %s', (_, text) => {
    expect(findingOf(() => readTlogProof(text))).toBe('proof-malformed');
  });
});
