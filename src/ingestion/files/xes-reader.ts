import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { isTieoutError } from '../../kernel/errors';
import { fileRefused } from './file-refused';
import { type FileRow } from './file-row';
import { fileText } from './file-text';

/** No element of a log comes near these; a file that passes them is not read on. */
const DEPTH_MAX = 64;
const TOKEN_CHARACTERS_MAX = 1024 * 1024;
const ATTRIBUTES_MAX = 1_000;

const ATTRIBUTE_TAGS: ReadonlySet<string> = new Set([
  'string',
  'date',
  'int',
  'float',
  'boolean',
  'id',
]);

/**
 * Events of an XES log in the order of the file, one trace at a time: the memory needed is that of one event and of the
 * attributes of its trace and of the log. Nested attributes, lists, globals, classifiers and extensions are passed over.
 *
 * @throws TieoutError `contract-violation` with reason and line, for the first fault of the file; the events before it
 *   have been given
 * @see IEEE 1849, XES
 */
export async function* readXes(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<FileRow> {
  const log = new XesLog();
  for await (const text of fileText(bytes, () => log.line)) {
    log.write(text);
    yield* log.take();
  }
  log.end();
  yield* log.take();
}

type Level = 'outside' | 'log' | 'trace' | 'event' | 'attribute';

class XesLog {
  readonly #parser = new SaxesParser({ xmlns: false });
  readonly #levels: Level[] = [];
  #rows: FileRow[] = [];
  readonly #log = new Map<string, string>();
  #trace = new Map<string, string>();
  #event = new Map<string, string>();
  #eventLine = 0;
  #eventsOfTrace = 0;
  #fed = 0;
  #lastTag = 0;

  constructor() {
    this.#parser.on('opentag', (tag) => this.#opened(tag));
    this.#parser.on('closetag', () => this.#closed());
    this.#parser.on('doctype', () => {
      throw fileRefused(
        'doctype',
        'The file has a DOCTYPE; a log needs none. Ask the sender for a plain file.',
        this.line,
      );
    });
    this.#parser.on('error', (error) => {
      throw isTieoutError(error) ? error : this.#notWellFormed(error);
    });
  }

  get line(): number {
    return this.#parser.line;
  }

  write(text: string): void {
    this.#parser.write(text);
    this.#fed += text.length;
    if (this.#fed - this.#lastTag > TOKEN_CHARACTERS_MAX) {
      throw fileRefused(
        'too-long',
        `One element is over ${TOKEN_CHARACTERS_MAX} characters.`,
        this.line,
      );
    }
  }

  end(): void {
    if (this.#levels.length > 0) {
      throw fileRefused('truncated', 'The file ends before its last element is closed.', this.line);
    }
    this.#parser.close();
    if (this.#lastTag === 0) throw this.#wrongRoot();
  }

  take(): FileRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #opened(tag: SaxesTagPlain): void {
    this.#lastTag = this.#fed + 1;
    if (this.#levels.length >= DEPTH_MAX) {
      throw fileRefused('too-deep', `Elements are nested deeper than ${DEPTH_MAX}.`, this.line);
    }
    this.#levels.push(this.#levelOf(tag));
  }

  #levelOf(tag: SaxesTagPlain): Level {
    const { name } = tag;
    const above = this.#levels[this.#levels.length - 1] ?? 'outside';
    if (above === 'outside') {
      if (name !== 'log') throw this.#wrongRoot();
      return 'log';
    }
    if (name === 'trace' && above === 'log') {
      this.#trace = new Map();
      this.#eventsOfTrace = 0;
      return 'trace';
    }
    if (name === 'event' && (above === 'trace' || above === 'log')) {
      this.#event = new Map();
      this.#eventLine = this.line;
      return 'event';
    }
    if (above !== 'attribute' && ATTRIBUTE_TAGS.has(name)) this.#put(above, tag);
    return 'attribute';
  }

  #put(above: Level, { attributes }: SaxesTagPlain): void {
    const { key, value } = attributes;
    if (key === undefined || value === undefined) return;
    if (above === 'trace' && this.#eventsOfTrace > 0) {
      throw fileRefused(
        'attribute-after-events',
        `The trace states ${key} after its events; they could not use it.`,
        this.line,
      );
    }
    const values = above === 'event' ? this.#event : above === 'trace' ? this.#trace : this.#log;
    values.set(key, value);
    if (values.size > ATTRIBUTES_MAX) {
      throw fileRefused('too-long', `An element has over ${ATTRIBUTES_MAX} attributes.`, this.line);
    }
  }

  #closed(): void {
    this.#lastTag = this.#fed + 1;
    if (this.#levels.pop() !== 'event') return;
    const inTrace = this.#levels[this.#levels.length - 1] === 'trace';
    this.#rows.push({
      line: this.#eventLine,
      isFirstOfCase: !inTrace || this.#eventsOfTrace === 0,
      own: this.#event,
      trace: inTrace ? this.#trace : new Map(),
      log: this.#log,
    });
    this.#eventsOfTrace += 1;
  }

  #notWellFormed(error: Error): Error {
    const what = error.message.replace(/^[\d:]+\s*/, '').replace(/\.$/, '');
    const isCut = /unclosed tag|unexpected end|document must contain a root/i.test(what);
    const reason = isCut ? 'truncated' : 'not-well-formed';
    return fileRefused(reason, `The file is not well-formed XML: ${what}.`, this.line);
  }

  #wrongRoot(): Error {
    return fileRefused('wrong-root', 'The file is no XES log: its root element is not <log>.');
  }
}
