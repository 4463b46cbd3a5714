/** Wakes live subscriptions after a commit. Each waiter is woken once, by a commit, by time or by its signal. */
export class CommitSignal {
  private readonly waiters = new Set<() => void>();
  private version = 0;

  /** Changes with every commit: read it before looking at the store, then wait for the next one. */
  get current(): number {
    return this.version;
  }

  /** Waiting subscriptions; a test reads it to show that leaving a loop leaves nothing behind. */
  get waiting(): number {
    return this.waiters.size;
  }

  notify(): void {
    this.version += 1;
    for (const wake of [...this.waiters]) wake();
  }

  /** Resolves when a commit came after `seen`, after `pollMs`, or when `signal` aborts. Never rejects. */
  next(seen: number, pollMs: number, signal: AbortSignal): Promise<void> {
    if (seen !== this.version || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, pollMs);
      timer.unref();
      signal.addEventListener('abort', wake);
      this.waiters.add(wake);
    });
  }
}
