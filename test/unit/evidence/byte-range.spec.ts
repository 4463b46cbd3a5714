import * as fc from 'fast-check';

import { byteRange, slice } from '../../../evidence/pack/byte-range';

describe('byte ranges', () => {
  it.each([
    ['bytes=0-9', { from: 0, to: 10 }],
    ['bytes=90-', { from: 90, to: 100 }],
    ['bytes=-10', { from: 90, to: 100 }],
    ['bytes=-1000', { from: 0, to: 100 }],
    ['bytes=50-1000', { from: 50, to: 100 }],
    ['bytes=99-99', { from: 99, to: 100 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
  ])('reads %s of 100 bytes', (header, range) => {
    expect(byteRange(header, 100)).toEqual(range);
  });

  it.each(['bytes=9-1', 'bytes=0-1,5-6', 'items=0-1', 'bytes=a-b', 'bytes=-', '', undefined])(
    'answers %s with the whole file',
    (header) => expect(byteRange(header, 100)).toBeUndefined(),
  );

  it('cuts the part out of chunks of any size', async () => {
    const whole = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 40 }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 0, max: 256 }),
        async (sizes, from, length) => {
          const to = Math.min(256, from + length);
          const parts: Uint8Array[] = [];
          for await (const part of slice(chunks(whole, sizes), { from, to })) parts.push(part);
          expect(Buffer.concat(parts)).toEqual(whole.subarray(from, to));
        },
      ),
    );
  });
});

async function* chunks(whole: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const size of sizes) {
    yield whole.subarray(at, at + size);
    at += size;
  }
  yield whole.subarray(at);
}
