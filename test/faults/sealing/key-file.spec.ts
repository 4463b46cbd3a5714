import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { generateKeys, loadSigner } from '../../../src/sealing';
import { writeSecretFile } from '../../../src/sealing/key-file';
import { readPrivateKey } from '../../../src/sealing/signer';
import { ORIGIN, SKEY, VKEY } from '../../support/log-example';
import { temporaryFolder } from '../../support/temporary-folder';

const folderOf = temporaryFolder();
const unusable = (text: string) =>
  expect.objectContaining({
    code: 'configuration',
    message: expect.stringContaining(text) as string,
  });

function keyFile(): string {
  const path = join(folderOf(), 'log.key');
  writeSecretFile(path, `${SKEY}\n`);
  return path;
}

describe('the key file', () => {
  it('gives the signer of its ledger', () => {
    expect(loadSigner(keyFile(), ORIGIN).vkey).toBe(VKEY);
  });

  it.each([0o644, 0o640, 0o400, 0o700])('is refused with mode %o', (mode) => {
    const path = keyFile();
    chmodSync(path, mode);
    expect(() => loadSigner(path, ORIGIN)).toThrow(unusable('mode 0600'));
  });

  it('is refused as a symbolic or hard link, as a folder and when it is missing', () => {
    const path = keyFile();
    symlinkSync(path, `${path}.link`);
    expect(() => loadSigner(`${path}.link`, ORIGIN)).toThrow(unusable('is a link'));
    mkdirSync(`${path}.folder`);
    expect(() => loadSigner(`${path}.folder`, ORIGIN)).toThrow(unusable('no'));
    expect(() => loadSigner(`${path}.none`, ORIGIN)).toThrow(unusable('is missing'));
    linkSync(path, `${path}.second`);
    expect(() => loadSigner(path, ORIGIN)).toThrow(unusable('second name'));
  });

  it('is refused when it is the key of another ledger or no key, and its content stays secret', () => {
    expect(() => loadSigner(keyFile(), 'tieout.example/other')).toThrow(
      unusable('tieout.example/other'),
    );
    for (const content of [
      '',
      'hello',
      SKEY.replace('ea1ea0e5', 'ea1ea0e6'),
      `${SKEY}\n\n`,
      `${SKEY} `,
    ]) {
      const path = join(folderOf(), 'log.key');
      writeSecretFile(path, content);
      try {
        loadSigner(path, ORIGIN);
        throw new Error('accepted');
      } catch (error) {
        expect(error).toEqual(unusable('no private key'));
        expect(JSON.stringify([error, String((error as Error).cause)])).not.toContain('AQABAgME');
      }
    }
  });
});

describe('generated keys', () => {
  it('are two files of mode 0600 with different keys, never written over', () => {
    const folder = folderOf();
    let drawn = 0;
    const randomness = {
      bytes: (length: number) => {
        drawn += 1;
        return new Uint8Array(length).fill(drawn);
      },
    };
    const files = {
      keyFile: join(folder, 'log.key'),
      recoveryKeyFile: join(folder, 'recovery.key'),
    };
    const keys = generateKeys({ origin: ORIGIN, randomness, ...files });
    expect(loadSigner(keys.keyFile, ORIGIN).vkey).toBe(keys.vkey);
    expect(readPrivateKey(readFileSync(keys.recoveryKeyFile, 'utf8'))).toMatchObject({
      name: `${ORIGIN}/recovery`,
      vkey: keys.recoveryVkey,
    });
    expect(keys.vkey.slice(-44)).not.toBe(keys.recoveryVkey.slice(-44));
    for (const file of [keys.keyFile, keys.recoveryKeyFile])
      expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(() => generateKeys({ origin: ORIGIN, randomness, ...files })).toThrow(
      unusable('exists already'),
    );
  });

  it('leave a file that stands in the way as it is', () => {
    const path = join(folderOf(), 'taken');
    writeFileSync(path, 'mine');
    expect(() => writeSecretFile(path, 'new')).toThrow(unusable('exists already'));
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });
});
