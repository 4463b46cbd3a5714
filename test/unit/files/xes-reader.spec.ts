import { gzipSync } from 'node:zlib';
import { readEventFile } from '../../../src/ingestion/files';
import { fileMappingOf } from '../../../src/ingestion/files/file-mapping';
import { chunked, readFile, xesLog, xesMapping, xesTrace } from '../../support/event-files';

const SENT = { id: 'e1', activity: 'Sent' };
const ONE = xesLog(
  xesTrace('claim 1', [SENT, { id: 'e2', activity: 'Final', resource: 'SYSTEM' }]),
);
const refusal = (reason: string, line?: number) => ({
  code: 'contract-violation',
  members: line === undefined ? expect.objectContaining({ reason }) : { reason, line },
});

describe('an XES log', () => {
  it('becomes one canonical event an event', async () => {
    const { events, counts } = await readFile(chunked(ONE), xesMapping());
    expect(events).toEqual([
      {
        specversion: '1.0',
        id: 'e1',
        source: 'https://claims.example/',
        type: 'tieout.expense-claim.submitted',
        subject: 'expense-claim/UNI/claim 1',
        time: '2026-03-02T09:00:00.000Z',
        datacontenttype: 'application/json',
        data: {
          entity: 'UNI',
          object: { type: 'expense-claim', id: 'claim 1' },
          transition: { action: 'submitted', to: 'submitted' },
          actor: { account: 'kim', kind: 'person' },
          custom: { requestedAmount: '12.5', requestedCurrency: 'EUR' },
        },
      },
      expect.objectContaining({ id: 'e2', type: 'tieout.expense-claim.approved' }),
    ]);
    expect(counts).toEqual({ rows: 2, cases: 1, events: 2, skipped: 0, refused: 0 });
  });

  it.each([1, 3, 64, 100_000])(
    'reads the same in chunks of %d bytes, compressed or not',
    async (size) => {
      const plain = await readFile(chunked(ONE, size), xesMapping());
      const zipped = await readFile(chunked(gzipSync(ONE), size), xesMapping());
      expect(plain.events).toHaveLength(2);
      expect(zipped.events).toEqual(plain.events);
    },
  );

  it('keeps letters beyond ASCII across chunks, and what XML escapes', async () => {
    const log = xesLog(xesTrace('Bürö & „x" <1>', [{ ...SENT, resource: '承認者' }]));
    const { events } = await readFile(chunked(log, 1), xesMapping());
    expect(events[0]).toMatchObject({
      data: { object: { id: 'Bürö & „x" <1>' }, actor: { account: '承認者' } },
    });
  });

  it('passes over what the mapping skips, and counts it', async () => {
    const log = xesLog(
      xesTrace('c', [SENT, { id: 'e2', activity: 'Looked at' }]),
      xesTrace('d', []),
    );
    const { counts } = await readFile(chunked(log), xesMapping());
    expect(counts).toEqual({ rows: 2, cases: 1, events: 1, skipped: 1, refused: 0 });
  });

  it('tells rows that do not fit, with their line, and keeps their neighbours', async () => {
    const unknown = { id: 'e2', activity: 'Pondered' };
    const naive = { id: 'e3', activity: 'Sent', time: '2026-03-02T10:00:00.000' };
    const last = { id: 'e4', activity: 'Sent' };
    const { events, refused, counts } = await readFile(
      chunked(xesLog(xesTrace('c', [SENT, unknown, naive, last]))),
      xesMapping(),
    );
    expect(events.map(({ id }) => id)).toEqual(['e1', 'e4']);
    expect(refused).toEqual([
      { line: 13, code: 'contract-violation', message: expect.stringContaining('"Pondered"') },
      { line: 19, code: 'time-form', message: expect.stringContaining('timeZone') },
    ]);
    expect(counts.refused).toBe(2);
  });

  it('gives events while the file is still coming', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<log>');
      for (;;) {
        sent += 1;
        yield Buffer.from(xesTrace(`claim ${sent}`, [SENT]));
      }
    }
    const { lines } = readEventFile({ bytes: endless(), mapping: fileMappingOf(xesMapping()) });
    for (let n = 0; n < 1_000; n += 1) await lines.next();
    await lines.return(undefined);
    expect(sent).toBeLessThan(1_010);
  });
});

describe('a file that cannot be read on', () => {
  const read = (bytes: Uint8Array | string) => readFile(chunked(bytes, 50), xesMapping());

  it('is refused when it is cut, with the line it reached', async () => {
    await expect(read(ONE.slice(0, -16))).rejects.toMatchObject(refusal('truncated', 19));
    const half = ONE.slice(0, 300);
    const line = half.split('\n').length;
    await expect(read(half)).rejects.toMatchObject(refusal('truncated', line));
    await expect(read('')).rejects.toMatchObject(refusal('truncated'));
  });

  it('has given the events before the cut', async () => {
    const { lines, counts } = readEventFile({
      bytes: chunked(ONE.slice(0, -16)),
      mapping: fileMappingOf(xesMapping()),
    });
    await expect(async () => {
      for await (const line of lines) expect(line).toContain('expense-claim');
    }).rejects.toMatchObject(refusal('truncated'));
    expect(counts.events).toBe(2);
  });

  it('is refused when its compression is cut or damaged', async () => {
    const zipped = gzipSync(ONE);
    await expect(read(zipped.subarray(0, -12))).rejects.toMatchObject(refusal('truncated'));
    const damaged = Buffer.from(zipped);
    damaged[40] = damaged[40]! ^ 0xff;
    await expect(read(damaged)).rejects.toMatchObject({
      members: { reason: expect.stringMatching(/not-gzip|truncated/) },
    });
  });

  it.each([
    ['a DOCTYPE', '<!DOCTYPE log [<!ENTITY x "y">]><log></log>', 'doctype', 1],
    [
      'an entity that nobody declared',
      '<log>\n<string key="a" value="&x;"/></log>',
      'not-well-formed',
      2,
    ],
    ['tags that cross', '<log>\n<trace></log></trace>', 'not-well-formed', 2],
    ['another root', '<pnml></pnml>', 'wrong-root', undefined],
  ])('is refused for %s', async (_, text, reason, line) => {
    await expect(read(text)).rejects.toMatchObject(refusal(reason, line));
  });

  it('is refused for bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('<log><string key="a" value="'),
      Buffer.from([0xff]),
      Buffer.from('"/></log>'),
    ]);
    await expect(read(bytes)).rejects.toMatchObject(refusal('encoding-invalid', 1));
    await expect(read(Buffer.from('﻿<log/>', 'utf16le'))).rejects.toMatchObject(
      refusal('encoding-unknown'),
    );
  });

  it('is refused when a trace states what its events needed after them', async () => {
    const late = ONE.replace('</trace>', '<string key="late" value="x"/></trace>');
    await expect(read(late)).rejects.toMatchObject(refusal('attribute-after-events', 19));
  });

  it('is refused beyond the limits, before memory suffers', async () => {
    await expect(read(`<log>${'<a>'.repeat(70)}`)).rejects.toMatchObject(refusal('too-deep', 1));
    async function* huge(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<log><string key="a" value="');
      for (;;) yield Buffer.alloc(100_000, 'x');
    }
    await expect(readFile(huge(), xesMapping())).rejects.toMatchObject(refusal('too-long', 1));
  });
});
