import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { isTieoutError } from '../../kernel/errors';
import { fileRefused, type TextPlace } from './refused-file';

export type XmlAttributes = Readonly<Record<string, string>>;

/**
 * What to do with an element, found by the local names of its ancestors. What no rule names is skipped with all that is
 * in it, so that an unknown version of a format reads as far as it is known.
 */
export interface XmlRule<Context> {
  readonly children?: XmlChildren<Context>;
  readonly open?: (context: Context, place: TextPlace) => void;
  /** the element's own text, trimmed; called when it closes */
  readonly text?: (context: Context, text: string, attributes: XmlAttributes) => void;
  readonly close?: (context: Context) => void;
}

/** A map and no plain object: `constructor` is a legal element name. */
export type XmlChildren<Context> = ReadonlyMap<string, XmlRule<Context>>;

/** Rules of the elements that may stand in one element, by local name. */
export function children<Context>(rules: Record<string, XmlRule<Context>>): XmlChildren<Context> {
  return new Map(Object.entries(rules));
}

export interface XmlLimits {
  readonly depthMax: number;
  readonly attributesMax: number;
  /** of one text, tag, comment or declaration, in characters */
  readonly tokenMax: number;
}

export const XML_LIMITS: XmlLimits = { depthMax: 64, attributesMax: 64, tokenMax: 1024 * 1024 };

/** Where the rules begin: the local name of the element, and the namespaces it may be in. */
export interface XmlRoot<Context> {
  readonly name: string;
  readonly isNamespace: (uri: string) => boolean;
  readonly rule: XmlRule<Context>;
  /** envelopes around the root may be this deep */
  readonly wrappersMax: number;
}

interface Frame<Context> {
  readonly rule: XmlRule<Context> | undefined;
  readonly attributes: XmlAttributes | undefined;
  /** namespaces declared here, by prefix; kept until the root is found */
  readonly scope: Readonly<Record<string, string>> | undefined;
}

const NO_ATTRIBUTES: XmlAttributes = {};

/**
 * Runs `saxes` over a stream of text and calls the rules. DOCTYPE is refused when it is met, no entity beyond the five of
 * XML exists, and depth, attributes and every single token have a cap, so that memory does not depend on the file.
 *
 * Elements are named by local name within the root's namespace; one that is bound to another namespace is skipped.
 *
 * @throws TieoutError `contract-violation` with the reason and the place
 */
export class XmlReader<Context> {
  readonly #parser = new SaxesParser({ xmlns: false });
  readonly #stack: Frame<Context>[] = [];
  #prefix = '';
  #rootUri: string | undefined;
  #skipped = 0;
  #text = '';
  #wantsText = false;
  #fed = 0;
  #lastEvent = 0;

  constructor(
    private readonly root: XmlRoot<Context>,
    private readonly context: Context,
    private readonly limits: XmlLimits = XML_LIMITS,
  ) {
    this.#listen();
  }

  /** namespace of the root element once it was met */
  get rootNamespace(): string | undefined {
    return this.#rootUri;
  }

  place(): TextPlace {
    return { line: this.#parser.line, column: this.#parser.column + 1 };
  }

  write(text: string): void {
    this.#parser.write(text);
    this.#fed += text.length;
    if (this.#fed - this.#lastEvent > this.limits.tokenMax) {
      throw fileRefused(
        'token-too-long',
        `A single text or tag is over ${this.limits.tokenMax} characters.`,
        this.place(),
      );
    }
    if (this.#rootUri === undefined && this.#fed > this.limits.tokenMax) throw this.#wrongRoot();
  }

  end(): void {
    if (this.#stack.length + this.#skipped > 0) {
      throw fileRefused(
        'truncated',
        'The file ends before its last element is closed.',
        this.place(),
      );
    }
    this.#parser.close();
    if (this.#rootUri === undefined) throw this.#wrongRoot();
  }

  #listen(): void {
    const parser = this.#parser;
    parser.on('opentag', (tag) => this.#opened(tag));
    parser.on('closetag', () => this.#closed());
    parser.on('text', (text) => this.#heard(text));
    parser.on('cdata', (text) => this.#heard(text));
    parser.on('comment', () => this.#touch());
    parser.on('processinginstruction', () => this.#touch());
    parser.on('attribute', () => this.#touch());
    parser.on('doctype', () => {
      throw this.#doctype();
    });
    parser.on('error', (error) => {
      throw isTieoutError(error) ? error : this.#notWellFormed(error);
    });
  }

  #doctype(): Error {
    return fileRefused(
      'doctype',
      'The file has a DOCTYPE; statements have none. Ask the sender for a plain file.',
      this.place(),
    );
  }

  #notWellFormed(error: Error): Error {
    const what = error.message.replace(/^[\d:]+\s*/, '').replace(/\.$/, '');
    const reason = /unclosed tag|unexpected end|document must contain a root/i.test(what)
      ? 'truncated'
      : 'not-well-formed';
    return fileRefused(reason, `The file is not well-formed XML: ${what}.`, this.place());
  }

  #wrongRoot(): Error {
    return fileRefused('wrong-root', `The file holds no ${this.root.name} of a kind that is read.`);
  }

  #touch(): void {
    this.#lastEvent = this.#fed;
  }

  #heard(text: string): void {
    this.#touch();
    if (!this.#wantsText) return;
    this.#text += text;
    if (this.#text.length > this.limits.tokenMax) {
      throw fileRefused(
        'token-too-long',
        `A text is over ${this.limits.tokenMax} characters.`,
        this.place(),
      );
    }
  }

  #opened(tag: SaxesTagPlain): void {
    this.#touch();
    if (this.#stack.length + this.#skipped >= this.limits.depthMax) {
      throw fileRefused(
        'too-deep',
        `Elements are nested deeper than ${this.limits.depthMax}.`,
        this.place(),
      );
    }
    const attributes = attributesOf(tag);
    if (attributes !== undefined && Object.keys(attributes).length > this.limits.attributesMax) {
      throw fileRefused(
        'too-many-attributes',
        `An element has over ${this.limits.attributesMax} attributes.`,
        this.place(),
      );
    }
    if (this.#skipped > 0) {
      this.#skipped += 1;
      return;
    }
    this.#enter(tag.name, attributes);
  }

  #enter(name: string, attributes: XmlAttributes | undefined): void {
    const colon = name.indexOf(':');
    const prefix = colon < 0 ? '' : name.slice(0, colon);
    const local = colon < 0 ? name : name.slice(colon + 1);
    const parent = this.#stack[this.#stack.length - 1];
    if (parent?.rule === undefined) {
      this.#enterOutside(prefix, local, attributes);
      return;
    }
    const rule = this.#isForeign(prefix, attributes) ? undefined : parent.rule.children?.get(local);
    if (rule === undefined) this.#skipped = 1;
    else this.#push({ rule, attributes, scope: undefined });
  }

  #enterOutside(prefix: string, local: string, attributes: XmlAttributes | undefined): void {
    const scope = declarationsOf(attributes);
    const uri = scope?.[prefix] ?? this.#namespaceOf(prefix);
    // An envelope may hold several messages; every one of them is read.
    if (local === this.root.name && this.root.isNamespace(uri)) {
      this.#prefix = prefix;
      this.#rootUri = uri;
      this.#push({ rule: this.root.rule, attributes, scope });
      return;
    }
    if (this.#stack.length >= this.root.wrappersMax) this.#skipped = 1;
    else this.#push({ rule: undefined, attributes: undefined, scope });
  }

  #push(frame: Frame<Context>): void {
    this.#stack.push(frame);
    this.#text = '';
    this.#wantsText = frame.rule?.text !== undefined;
    frame.rule?.open?.(this.context, this.place());
  }

  #closed(): void {
    this.#touch();
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    const frame = this.#stack.pop();
    const rule = frame?.rule;
    if (this.#wantsText)
      rule?.text?.(this.context, this.#text.trim(), frame?.attributes ?? NO_ATTRIBUTES);
    this.#wantsText = false;
    rule?.close?.(this.context);
  }

  #isForeign(prefix: string, attributes: XmlAttributes | undefined): boolean {
    if (prefix !== this.#prefix) return true;
    const bound = declarationsOf(attributes)?.[prefix];
    return bound !== undefined && bound !== this.#rootUri;
  }

  #namespaceOf(prefix: string): string {
    for (let i = this.#stack.length - 1; i >= 0; i -= 1) {
      const uri = this.#stack[i]?.scope?.[prefix];
      if (uri !== undefined) return uri;
    }
    return '';
  }
}

function attributesOf(tag: SaxesTagPlain): XmlAttributes | undefined {
  // Most elements have none; a loop that ends at once costs less than Object.keys on each.
  for (const _ in tag.attributes) return tag.attributes;
  return undefined;
}

function declarationsOf(attributes: XmlAttributes | undefined): Record<string, string> | undefined {
  if (attributes === undefined) return undefined;
  let scope: Record<string, string> | undefined;
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    scope ??= Object.create(null) as Record<string, string>;
    scope[name === 'xmlns' ? '' : name.slice(6)] = value;
  }
  return scope;
}
