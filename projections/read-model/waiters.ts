import { type Position, type Positions } from '../../src/event-store/port';
import { TieoutError } from '../../src/kernel/errors';

interface Waiter {
  readonly wanted: Position;
  readonly resolve: () => void;
  readonly reject: (error: TieoutError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Reads that wait for a position. They are woken by progress, never by a look at the clock. */
export class Waiters {
  private readonly waiting = new Set<Waiter>();

  constructor(private readonly positions: Positions) {}

  wait(wanted: Position, waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(waiter);
        reject(behind(this.positions.print(wanted)));
      }, waitMs);
      const waiter: Waiter = { wanted, resolve, reject, timer };
      this.waiting.add(waiter);
    });
  }

  /** Wakes everybody who waits for `reached` or an earlier position. */
  release(reached: string): void {
    if (this.waiting.size === 0) return;
    const position = this.positions.parse(reached);
    for (const waiter of this.waiting) {
      if (this.positions.compare(position, waiter.wanted) >= 0) {
        this.end(waiter);
        waiter.resolve();
      }
    }
  }

  failAll(error: TieoutError): void {
    for (const waiter of this.waiting) {
      this.end(waiter);
      waiter.reject(error);
    }
  }

  private end(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    this.waiting.delete(waiter);
  }
}

function behind(token: string): TieoutError {
  return new TieoutError(
    'read-model-behind',
    `What was recorded up to ${token} cannot be read yet. Ask again in a moment.`,
    { position: token },
  );
}
