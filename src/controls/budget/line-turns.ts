/** Lets callers that want the same line go one after the other; those of other lines do not wait. */
export class LineTurns {
  private readonly last = new Map<string, Promise<unknown>>();

  async run<T>(line: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(line) ?? Promise.resolve();
    const own = before.then(work);
    const settled = own.catch(() => undefined);
    this.last.set(line, settled);
    try {
      return await own;
    } finally {
      if (this.last.get(line) === settled) this.last.delete(line);
    }
  }
}
