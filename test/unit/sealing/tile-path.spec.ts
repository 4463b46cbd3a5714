import { bundlePath, readTilePath, tilePath } from '../../../src/sealing/tile-path';

/** Paths of transparency-dev/tessera, api/layout, and of C2SP tlog-tiles v0.1.0. */
describe('a path of a tile', () => {
  it.each([
    ['tile/0/000', 0, 0, 0],
    ['tile/0/000.p/255', 0, 0, 255],
    ['tile/1/000', 1, 0, 0],
    ['tile/15/x455/667', 15, 455_667, 0],
    ['tile/15/x123/x456/789.p/41', 15, 123_456_789, 41],
    ['tile/0/x001/x234/067.p/8', 0, 1_234_067, 8],
  ])('%s is written and read', (path, level, n, width) => {
    expect(tilePath(level, n, width)).toBe(path);
    expect(readTilePath(path)).toEqual({ level, n: BigInt(n), width });
  });

  it.each([
    ['tile/entries/000', 0, 0],
    ['tile/entries/000.p/8', 0, 8],
    ['tile/entries/255.p/253', 255, 253],
    ['tile/entries/x001/x234/067.p/8', 1_234_067, 8],
  ])('%s names a bundle', (path, n, width) => {
    expect(bundlePath(n, width)).toBe(path);
    expect(readTilePath(path)).toEqual({ level: 'entries', n: BigInt(n), width });
  });

  it('may name a place beyond every number of a log', () => {
    expect(readTilePath('tile/63/x999/x999/x999/x999/x999/999.p/255')).toEqual({
      level: 63,
      n: 999_999_999_999_999_999n,
      width: 255,
    });
  });

  it.each([
    '0/x001/x234/067.p/',
    '0/x001/x234/067.p',
    '0/x001/x234/',
    '0/x001/x234',
    '0/x001/',
    '0/x001',
    '1/x001/.p/abc',
    '64/x001/002',
    '-1/x001/002',
    'abc/x001/002',
    '8/001/002',
    '8/x001/0002',
    '8/x001/-002',
    '8/x001/002.p/256',
    '63/x999/x999/x999/x999/x999/x999/999.p/255',
    '0/000.p/0',
    '0/000.p/07',
    '00/000',
    '0/x000/001',
    '0/000\n',
    '0/000?x=1',
    '0/../0/000',
    'entries/',
    'Entries/000',
  ])('%j is none', (rest) => {
    expect(readTilePath(`tile/${rest}`)).toBeUndefined();
  });
});
