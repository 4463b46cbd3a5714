import { readdirSync } from 'node:fs';
import { ResultSpool } from '../../../src/ingestion/http/result-spool';
import { temporaryFolder } from '../../support/temporary-folder';

const KIB = 1024;

async function all(spool: ResultSpool): Promise<string> {
  let text = '';
  for await (const chunk of spool) text += String(chunk);
  return text;
}

describe('result spool', () => {
  const folder = temporaryFolder();
  const spoolOf = (bytesMax: number, path = folder()) =>
    new ResultSpool({ folder: path, name: 'spool', bytesMax });

  it('gives results in order when they are read at once', async () => {
    const spool = spoolOf(KIB);
    const read = all(spool);
    for (let n = 0; n < 5; n += 1) expect(spool.add(`${n}\n`)).toBe(true);
    spool.finish('end\n');
    expect(await read).toBe('0\n1\n2\n3\n4\nend\n');
  });

  it('keeps on disk what nobody has read, and gives all of it in order afterwards', async () => {
    const path = folder();
    const spool = spoolOf(4 * KIB * KIB, path);
    const line = (n: number) => `${String(n).padStart(8, '0')}${'x'.repeat(KIB)}\n`;
    const heapBefore = process.memoryUsage().arrayBuffers;
    let sent = '';
    for (let n = 0; n < 3_000; n += 1) {
      sent += line(n);
      expect(spool.add(line(n))).toBe(true);
    }
    expect(process.memoryUsage().arrayBuffers - heapBefore).toBeLessThan(KIB * KIB * 3);
    // Unlinked while it is open, so that no crash leaves results behind.
    expect(readdirSync(path)).toEqual([]);
    const read = all(spool);
    await new Promise((resolve) => setImmediate(resolve));
    spool.add('late\n');
    spool.finish('end\n');
    expect(await read).toBe(`${sent}late\nend\n`);
  });

  it('takes no more than its limit, and still gives what it took', async () => {
    const spool = spoolOf(10);
    expect(spool.add('12345678')).toBe(true);
    expect(spool.add('90123456')).toBe(false);
    spool.finish('!');
    expect(await all(spool)).toBe('12345678!');
  });

  it('drops results, and opens no file, once the reader is gone', () => {
    const path = folder();
    const spool = spoolOf(KIB * KIB * 4, path);
    spool.destroy();
    expect(spool.add('x'.repeat(KIB * KIB))).toBe(true);
    spool.finish('end\n');
    expect(readdirSync(path)).toEqual([]);
    expect(spool.readableLength).toBe(0);
  });
});
