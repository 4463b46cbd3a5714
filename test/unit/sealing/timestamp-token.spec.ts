import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTieoutError } from '../../../src/kernel/errors';
import { der, derInteger, derOid, readAll } from '../../../src/sealing/der';
import { checkChain } from '../../../src/sealing/timestamp-chain';
import { checkTimestamp, timestampRequest } from '../../../src/sealing/timestamp-token';
import { Authority } from '../../support/tsa';

const folder = mkdtempSync(join(tmpdir(), 'tieout-token-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const imprint = Buffer.alloc(32, 0xab);
const nonce = Buffer.from('00ff010203', 'hex');
const certificate = (name: string): X509Certificate =>
  new X509Certificate(readFileSync(join(folder, name)));

describe('a timestamp token', () => {
  it('is accepted or refused with a code, whichever byte is another', () => {
    const authority = Authority.make(join(folder, 'good'));
    const trusted = [certificate('good/ca.pem')];
    const reply = authority.answer(timestampRequest({ imprint, nonce }));
    const accepts = (bytes: Buffer): boolean => {
      try {
        checkTimestamp(bytes, { imprint, nonce }, trusted);
        return true;
      } catch (error) {
        if (!isTieoutError(error, 'proof-invalid')) throw error;
        expect(error.members['finding']).toBe('timestamp-token');
        return false;
      }
    };
    expect(accepts(reply)).toBe(true);
    let refused = 0;
    for (let at = 0; at < reply.length; at += 1) {
      const changed = Buffer.from(reply);
      changed[at] = changed[at]! ^ 0x01;
      if (!accepts(changed)) refused += 1;
    }
    // What is left may change: the status word, and names of algorithms that are read elsewhere.
    expect(refused).toBeGreaterThan(reply.length * 0.9);
    for (let length = 0; length < reply.length; length += 7) {
      expect(accepts(reply.subarray(0, length))).toBe(false);
    }
  });

  it.each(['serverAuth', 'critical,timeStamping,codeSigning'])(
    'is refused from a certificate for %s',
    (usage) => {
      const name = usage.replace(/\W/gu, '');
      Authority.make(join(folder, name), usage);
      const trusted = [certificate(`${name}/ca.pem`)];
      const at = new Date().toISOString();
      expect(() => checkChain(certificate(`${name}/tsa.pem`), { others: [], trusted, at })).toThrow(
        /not for timestamping alone/,
      );
    },
  );

  it('is refused when a certificate was not valid at its time', () => {
    Authority.make(join(folder, 'early'));
    const trusted = [certificate('early/ca.pem')];
    const chain = { others: [], trusted, at: '2001-01-01T00:00:00.000Z' };
    expect(() => checkChain(certificate('early/tsa.pem'), chain)).toThrow(/was not valid then/);
  });
});

describe('DER', () => {
  it('is written in its one form', () => {
    expect(derOid('1.2.840.113549').toString('hex')).toBe('06062a864886f70d');
    expect(derInteger(Buffer.from([0, 0, 0x80])).toString('hex')).toBe('02020080');
    expect(derInteger(Buffer.from([0])).toString('hex')).toBe('020100');
    expect(der(4, Buffer.alloc(300)).subarray(0, 4).toString('hex')).toBe('0482012c');
  });

  it.each(['3080', '0481', '048100', '04817f', '04820001', '0402ff', '1f0100', '04847fffffff'])(
    'is read strictly: %s',
    (text) => {
      const bytes = Buffer.from(text, 'hex');
      expect(() => readAll(bytes)).toThrow(/not DER/);
    },
  );
});
