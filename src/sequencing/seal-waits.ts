import { outcomeUnknown } from '../kernel/errors';
import { type Position, type Positions } from '../event-store';

/** Appenders that wait until their event is sealed here. */
export class SealWaits {
  private readonly waiting = new Set<{ readonly position: Position; readonly done: () => void }>();
  private sealed: Position | undefined;

  constructor(private readonly positions: Positions) {}

  /** All events at or below it are sealed. */
  reached(position: Position): void {
    this.sealed = position;
    for (const wait of [...this.waiting]) {
      if (this.positions.compare(wait.position, position) <= 0) wait.done();
    }
  }

  /** @throws TieoutError `outcome-unknown`: it is recorded, and nobody can prove it yet */
  until(position: Position, stream: string, ms: number): Promise<void> {
    if (this.sealed !== undefined && this.positions.compare(position, this.sealed) <= 0) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wait);
      };
      const timer = setTimeout(() => {
        end();
        reject(outcomeUnknown(stream, new Error(`not sealed within ${ms} ms`)));
      }, ms);
      const wait = {
        position,
        done: () => {
          end();
          resolve();
        },
      };
      this.waiting.add(wait);
    });
  }
}
