import { type Json } from '../../src/kernel/json';
import { fileMappingOf } from '../../src/ingestion/files/file-mapping';
import { type ImportCounts, readEventFile } from '../../src/ingestion/files';

/** Bytes in chunks of a size, as a stream gives them. */
export async function* chunked(bytes: Uint8Array | string, size = 7): AsyncGenerator<Uint8Array> {
  const whole = Buffer.from(bytes as string);
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

interface XesEvent {
  readonly id: string;
  readonly activity: string;
  readonly time?: string;
  readonly resource?: string;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const attribute = (tag: string, key: string, value: string): string =>
  `<${tag} key="${escaped(key)}" value="${escaped(value)}"/>\n`;

/** One trace; its amount is an attribute of the trace. */
export function xesTrace(name: string, events: readonly XesEvent[], amount = '12.5'): string {
  const head = attribute('string', 'concept:name', name) + attribute('float', 'Amount', amount);
  const body = events.map(
    ({ id, activity, time = '2026-03-02T10:00:00.000+01:00', resource = 'kim' }) =>
      `<event>\n${attribute('string', 'id', id)}${attribute('string', 'concept:name', activity)}${attribute('date', 'time:timestamp', time)}${attribute('string', 'org:resource', resource)}</event>\n`,
  );
  return `<trace>\n${head}${body.join('')}</trace>\n`;
}

export function xesLog(...traces: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8" ?>\n<log xes.version="1.0">\n<global scope="event"><string key="id" value="none"/></global>\n${traces.join('')}</log>\n`;
}

/** A mapping of such a log; a test states what it changes. */
export function xesMapping(changes: Readonly<Record<string, Json>> = {}): Record<string, Json> {
  return {
    mapping: 1,
    format: 'xes',
    source: 'https://claims.example/',
    id: { event: 'id' },
    time: { event: 'time:timestamp' },
    entity: 'UNI',
    object: { type: 'expense-claim', id: { trace: 'concept:name' } },
    steps: {
      of: { event: 'concept:name' },
      map: [
        { value: 'Sent', action: 'submitted', to: 'submitted' },
        { value: 'Final', action: 'approved', to: 'approved' },
        { value: 'Looked at', skip: true },
      ],
    },
    actor: {
      account: { event: 'org:resource' },
      kind: { event: 'org:resource', values: [['SYSTEM', 'system']], default: 'person' },
    },
    custom: { requestedAmount: { trace: 'Amount', as: 'decimal' }, requestedCurrency: 'EUR' },
    ...changes,
  };
}

export interface ReadFile {
  readonly events: readonly Readonly<Record<string, Json>>[];
  readonly counts: Readonly<ImportCounts>;
  /** code, line and message of each row that did not fit */
  readonly refused: readonly {
    readonly line: number;
    readonly code: string;
    readonly message: string;
  }[];
}

/** Reads a whole file; rejects when the file cannot be read on. */
export async function readFile(
  bytes: AsyncIterable<Uint8Array>,
  mapping: Readonly<Record<string, Json>>,
  lookups: Readonly<Record<string, string>> = {},
): Promise<ReadFile> {
  const refused: { line: number; code: string; message: string }[] = [];
  const { lines, counts } = readEventFile({
    bytes,
    mapping: fileMappingOf(mapping),
    openLookup: (file) => chunked(lookups[file] ?? ''),
    onRefused: (line, { code, message }) => refused.push({ line, code, message }),
  });
  const events: Readonly<Record<string, Json>>[] = [];
  for await (const line of lines) events.push(JSON.parse(line) as Record<string, Json>);
  return { events, counts, refused };
}
