import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { verifyPack } from '../../../evidence/verify/verify-pack';
import { exitCodeOf } from '../../../src/sealing/check-report';
import { readPolicy } from '../../../src/sealing/policy-file';
import {
  editFile,
  examplePack,
  PACK_ID,
  type PackFiles,
  type PackParts,
  writeFolder,
  writeZip,
} from '../../support/example-pack';
import { VKEY } from '../../support/log-example';

const policy = readPolicy(`log ${VKEY}\nquorum none\n`);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pack-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const check = (parts: PackParts = {}) =>
  verifyPack(writeFolder(examplePack(parts), folder), { policy });

describe('the bag', () => {
  it.each<[string, (files: PackFiles) => unknown, string]>([
    ['an extra file', (f) => f.set('data/more.txt', Buffer.from('x')), 'data/more.txt'],
    ['an extra file outside the payload', (f) => f.set('more.txt', Buffer.from('x')), 'more.txt'],
    ['a missing file', (f) => f.delete('data/VERIFY.md'), 'data/VERIFY.md'],
    ['another BagIt declaration', (f) => editFile(f, 'bagit.txt', '1.0', '0.9'), 'bagit.txt'],
    [
      'a manifest with CRLF',
      (f) => editFile(f, 'manifest-sha256.txt', '\n', '\r\n'),
      'manifest-sha256.txt',
    ],
    [
      'a manifest that leads outside',
      (f) => editFile(f, 'manifest-sha256.txt', 'data/VERIFY.md', '../../etc/hosts'),
      '../../etc/hosts',
    ],
    [
      'another sum of bytes',
      (f) => editFile(f, 'bag-info.txt', 'Payload-Oxum: ', 'Payload-Oxum: 1'),
      'bag-info.txt',
    ],
    [
      'another name of the pack',
      (f) => editFile(f, 'bag-info.txt', PACK_ID, 'EP-2026-0002'),
      'bag-info.txt',
    ],
    [
      'a tag manifest of another bag',
      (f) => editFile(f, 'tagmanifest-sha256.txt', '  bagit.txt', '  bagit.tx'),
      'tagmanifest-sha256.txt',
    ],
  ])('is refused with %s, and the file is named', (_, change, file) => {
    const report = check({ bag: change });
    expect(exitCodeOf(report)).toBe(1);
    expect(report.findings).toContainEqual(expect.objectContaining({ code: 'pack-file', file }));
  });

  it('is refused with a link in it', () => {
    const pack = writeFolder(examplePack(), folder);
    symlinkSync('/etc/hosts', join(pack, 'data/link'));
    expect(verifyPack(pack).first).toMatchObject({ code: 'pack-file' });
  });

  it('is refused with two names that differ only by case', () => {
    const report = check({ bag: (f) => f.set('data/verify.MD', Buffer.from('x')) });
    expect(report.first).toMatchObject({ code: 'pack-file' });
  });

  it('is refused under another top folder', () => {
    const report = verifyPack(writeFolder(examplePack(), folder, 'EP-2026-0009'), { policy });
    expect(exitCodeOf(report)).toBe(1);
  });
});

describe('the ZIP', () => {
  it('is refused with any single byte changed', async () => {
    const path = await writeZip(examplePack(), folder);
    const good = readFileSync(path);
    const passed: number[] = [];
    for (let at = 0; at < good.length; at += 37) {
      const bad = Buffer.from(good);
      bad[at] = bad[at]! ^ (1 << (at % 8));
      writeFileSync(path, bad);
      if (exitCodeOf(verifyPack(path, { policy, searchesMax: 0 })) !== 1) passed.push(at);
    }
    expect(passed).toEqual([]);
  });

  it.each<[string, (zip: Buffer) => Buffer]>([
    ['bytes in front', (zip) => Buffer.concat([Buffer.from('x'), zip])],
    ['bytes behind', (zip) => Buffer.concat([zip, Buffer.from('x')])],
    ['its end cut off', (zip) => zip.subarray(0, -30)],
    ['nothing in it', () => Buffer.alloc(0)],
    ['two of it', (zip) => Buffer.concat([zip, zip])],
  ])('is refused with %s', async (_, change) => {
    const path = await writeZip(examplePack(), folder);
    writeFileSync(path, change(readFileSync(path)));
    expect(verifyPack(path, { policy }).first).toMatchObject({ code: 'pack-file' });
  });

  it('is refused with a name that leads outside', async () => {
    const files = examplePack();
    const path = await writeZip(files, folder);
    const text = readFileSync(path)
      .toString('latin1')
      .replaceAll('data/VERIFY.md', '../../../x.txt');
    writeFileSync(path, Buffer.from(text, 'latin1'));
    expect(verifyPack(path, { policy }).first).toMatchObject({ code: 'pack-file' });
  });
});
