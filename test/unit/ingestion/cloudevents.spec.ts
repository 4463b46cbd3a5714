import { binaryEvent, partBinary, renderBinary } from '../../../src/ingestion/cloudevents/binary';
import { spansOfBatch } from '../../../src/ingestion/cloudevents/batch';
import { linesOf } from '../../../src/ingestion/cloudevents/lines';

const bytes = (text: string) => Buffer.from(text);
const json = ['content-type', 'application/json'] as const;

async function lines(bytesMax: number, ...chunks: string[]) {
  async function* source() {
    for (const chunk of chunks) yield bytes(chunk);
  }
  const found: [number, string | undefined, number][] = [];
  for await (const list of linesOf(source(), bytesMax)) {
    for (const { number, bytes: b, length } of list) {
      found.push([number, b === undefined ? undefined : Buffer.from(b).toString(), length]);
    }
  }
  return found;
}

describe('binary form', () => {
  it('reads attributes from headers and data from the body', () => {
    const event = binaryEvent(
      [['ce-id', '1'], ['ce-source', '/a'], ['host', 'x'], json],
      bytes('{"n":1}'),
    );
    expect({ ...event }).toEqual({
      id: '1',
      source: '/a',
      data: expect.objectContaining({ n: 1 }),
    });
  });

  it('undoes quoting and percent-encoding', () => {
    const event = binaryEvent(
      [['ce-id', 'B%C3%BCro%20%E2%82%AC'], ['ce-subject', '"a\\"b"'], json],
      bytes('{}'),
    );
    expect(event['id']).toBe('Büro €');
    expect(event['subject']).toBe('a"b');
  });

  it.each([
    [['ce-id', 'B\u00fcro'], '/id'],
    [['ce-id', '%zz'], '/id'],
    [['ce-id', '%C3'], '/id'],
    [['ce-id', '"a'], '/id'],
    [['ce-datacontenttype', 'application/json'], ''],
    [['ce-my_ext', 'x'], ''],
  ] as [[string, string], string][])('refuses the header %j', (header, pointer) => {
    expect(() => binaryEvent([header, json], bytes('{}'))).toThrow(
      expect.objectContaining({ code: 'malformed', members: expect.objectContaining({ pointer }) }),
    );
  });

  it('refuses an attribute that is there twice and data that is not JSON', () => {
    expect(() => binaryEvent([['ce-id', '1'], ['ce-id', '2'], json], bytes('{}'))).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
    expect(() => binaryEvent([['content-type', 'text/plain']], bytes('x'))).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  it('names the place of a fault in the body below /data', () => {
    expect(() => binaryEvent([json], bytes('{"a":{"b":1.5}}'))).toThrow(
      expect.objectContaining({
        code: 'json-number',
        members: expect.objectContaining({ pointer: '/data/a/b' }),
      }),
    );
  });

  it('keeps a message so that it can be read again', () => {
    const headers = [['ce-id', '1: 2'], ['x-secret', 'no'], json] as const;
    const kept = renderBinary(headers, bytes('{"a":\r\n\r\n1}'));
    expect(kept.toString()).not.toContain('secret');
    const { headers: again, body } = partBinary(kept);
    expect(again).toEqual([['ce-id', '1: 2'], json]);
    expect(Buffer.from(body).toString()).toBe('{"a":\r\n\r\n1}');
  });
});

describe('batch form', () => {
  const items = (text: string, max = 100) =>
    spansOfBatch(bytes(text), max).map((s) => bytes(text).subarray(s.start, s.end).toString());

  it('parts an array into its items, whatever stands in them', () => {
    expect(items(' [ {"a":"],[\\""} , [1,[2]],"x" ,{"b":} ] ')).toEqual([
      '{"a":"],[\\""}',
      '[1,[2]]',
      '"x"',
      '{"b":}',
    ]);
    expect(items('[]')).toEqual([]);
  });

  it('gives an empty item where a value is missing, for the strict reader to refuse', () => {
    expect(items('[{},,{}]')).toEqual(['{}', '', '{}']);
  });

  it('stops one past the limit', () => {
    expect(items('[1,2,3,4,5]', 3)).toHaveLength(4);
  });

  it.each([
    ['', 0],
    ['{}', 0],
    ['[{}', 3],
    ['[{"a":1}} ]', 8],
    ['["a', 3],
    ['[] x', 3],
    ['[{}][', 4],
  ])('refuses the frame %s', (text, offset) => {
    expect(() => spansOfBatch(bytes(text), 10)).toThrow(
      expect.objectContaining({
        code: 'json-syntax',
        members: expect.objectContaining({ offset }),
      }),
    );
  });
});

describe('lines of a bulk stream', () => {
  it('joins lines over chunks, takes LF and CR LF, and counts empty lines', async () => {
    expect(await lines(100, 'a', 'b\n\r\nc', 'd\r', '\ne')).toEqual([
      [1, 'ab', 2],
      [3, 'cd', 2],
      [4, 'e', 1],
    ]);
  });

  it('names a line above the limit and goes on behind it', async () => {
    expect(await lines(4, 'ok\n', '123', '45', '6\n1234\r\n', '12345\n')).toEqual([
      [1, 'ok', 2],
      [2, undefined, 6],
      [3, '1234', 4],
      [4, undefined, 5],
    ]);
  });
});
