/**
 * The events for which an item is open, so that recording an event does not have to ask the store whether it supersedes
 * one. Until it is known what was open at the start, every event is asked for.
 */
export class OpenItems {
  private readonly opened = new Set<string>();
  private readonly closed = new Set<string>();
  private isComplete = false;

  /** @param atStart entry ids with an item that was open at the start; `undefined` while that is not known */
  constructor(private readonly atStart: () => Iterable<string> | undefined) {}

  /** @param ids entry ids @returns those that may have an open item */
  among(ids: readonly string[]): readonly string[] {
    if (!this.isComplete && !this.complete()) return ids;
    return this.opened.size === 0 ? [] : ids.filter((id) => this.opened.has(id));
  }

  noteOpened(eventId: string): void {
    this.closed.delete(eventId);
    this.opened.add(eventId);
  }

  noteClosed(eventId: string): void {
    this.opened.delete(eventId);
    if (!this.isComplete) this.closed.add(eventId);
  }

  private complete(): boolean {
    const open = this.atStart();
    if (open === undefined) return false;
    // What happened since the start is known here and counts more than an older view.
    for (const id of open) if (!this.closed.has(id)) this.opened.add(id);
    this.closed.clear();
    this.isComplete = true;
    return true;
  }
}
