import { NO_PRINT } from './fsck-block-work';

/** The ids of a log in 8 bytes each: enough to see that none repeats, or that it has to be looked at. */
export class IdPrints {
  private readonly prints: Float64Array;

  constructor(places: number) {
    this.prints = new Float64Array(places).fill(NO_PRINT);
  }

  set(first: number, prints: Float64Array): void {
    this.prints.set(prints, first);
  }

  setOne(index: number, print: number): void {
    this.prints[index] = print;
  }

  /** True when two prints are the same: of one id that stands twice, or, once in a long while, of two ids. Ends the collection. */
  hasRepeats(): boolean {
    const sorted = this.prints.sort();
    for (let i = 1; i < sorted.length; i++) {
      if (sorted[i] === sorted[i - 1] && sorted[i] !== NO_PRINT) return true;
    }
    return false;
  }
}
