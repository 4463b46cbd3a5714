import { type SqlParams, type SqlValue } from './projection';

/**
 * The optional conditions of a list. Each clause is a constant of the view that names its own parameters; only which of
 * them stand in the statement depends on the request, so that an index can serve each of them.
 */
export class Conditions {
  private readonly clauses: string[] = [];
  private readonly bound: Record<string, SqlValue> = {};

  /** Adds the clause unless a value is absent. */
  add(clause: string, values: Readonly<Record<string, SqlValue | undefined>> = {}): this {
    const entries = Object.entries(values);
    if (entries.some(([, value]) => value === undefined)) return this;
    this.clauses.push(clause);
    for (const [name, value] of entries) this.bound[name] = value as SqlValue;
    return this;
  }

  /** `WHERE a AND b`, or nothing. */
  get where(): string {
    return this.clauses.length === 0 ? '' : `WHERE ${this.clauses.join(' AND ')}`;
  }

  get params(): SqlParams {
    return this.bound;
  }
}
