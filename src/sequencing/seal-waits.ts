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

  /** @returns false when it is not sealed in time */
  until(position: Position, ms: number): Promise<boolean> {
    if (this.sealed !== undefined && this.positions.compare(position, this.sealed) <= 0) {
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wait);
      };
      const timer = setTimeout(() => {
        end();
        resolve(false);
      }, ms);
      const wait = {
        position,
        done: () => {
          end();
          resolve(true);
        },
      };
      this.waiting.add(wait);
    });
  }
}
