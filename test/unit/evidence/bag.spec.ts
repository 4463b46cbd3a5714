import { createHash } from 'node:crypto';

import { bag, type BagFile } from '../../../evidence/pack/bag';

const file = (path: string, text = path): BagFile => ({ path, bytes: Buffer.from(text) });
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const info = {
  externalIdentifier: 'EP-1',
  baggingDate: '2026-02-03',
  softwareAgent: 'tieout 0.1.0',
  unsignedPdfSha256: sha256('pdf'),
};

describe('a bag', () => {
  it('has the tag files of BagIt 1.0, in byte order with the payload', () => {
    const files = bag([file('data/b.txt', 'bb'), file('data/Z.txt', 'z')], info);
    const text = (path: string): string =>
      Buffer.from(files.find((f) => f.path === path)!.bytes).toString();
    expect(files.map(({ path }) => path)).toEqual([
      'bag-info.txt',
      'bagit.txt',
      'data/Z.txt',
      'data/b.txt',
      'manifest-sha256.txt',
      'tagmanifest-sha256.txt',
    ]);
    expect(text('bagit.txt')).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
    const manifest = `${sha256('z')}  data/Z.txt\n${sha256('bb')}  data/b.txt\n`;
    expect(text('manifest-sha256.txt')).toBe(manifest);
    expect(text('bag-info.txt')).toBe(
      `External-Identifier: EP-1\nBagging-Date: 2026-02-03\nPayload-Oxum: 3.2\nBag-Software-Agent: tieout 0.1.0\nUnsigned-Pdf-Sha256: ${sha256('pdf')}\nCore-Sha256: ${sha256(manifest)}\n`,
    );
    const tags = ['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt'];
    expect(text('tagmanifest-sha256.txt')).toBe(
      tags.map((path) => `${sha256(text(path))}  ${path}\n`).join(''),
    );
  });

  it('takes the unsigned PDF into the core hash when the payload holds a signed one', () => {
    const files = bag([file('data/evidence-pack.pdf', 'pdf and signature')], info);
    const bagInfo = Buffer.from(
      files.find(({ path }) => path === 'bag-info.txt')!.bytes,
    ).toString();
    expect(bagInfo).toContain(
      `Core-Sha256: ${sha256(`${sha256('pdf')}  data/evidence-pack.pdf\n`)}`,
    );
  });

  it.each(['x.txt', 'data/', 'data/../x', 'data/a b', 'data/ä', '/data/x', 'data//x', 'data/./x'])(
    'refuses the path %j',
    (path) => expect(() => bag([file(path)], info)).toThrow(TypeError),
  );

  it('refuses two names that a file system may take for one', () => {
    expect(() => bag([file('data/A.txt'), file('data/a.txt')], info)).toThrow(/only by case/);
  });
});
