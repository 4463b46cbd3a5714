import { clip } from './clip';

const WARNINGS_MAX = 20;

/** What a reader took another way than it is written, told with the statement; the first twenty and how many more. */
export class Warnings {
  readonly #first: string[] = [];
  #more = 0;

  add(sentence: string): void {
    const text = clip(sentence, 300);
    if (this.#first.includes(text)) return;
    if (this.#first.length < WARNINGS_MAX) this.#first.push(text);
    else this.#more += 1;
  }

  member(): { readonly warnings?: readonly string[] } {
    if (this.#first.length === 0) return {};
    const more = this.#more === 0 ? [] : [`And ${this.#more} more.`];
    return { warnings: [...this.#first, ...more] };
  }
}
