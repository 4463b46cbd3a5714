import { type RunCommitted } from './matching.events';

/** What `GET /runs/{id}` shows of a run that recorded nothing. */
export type DryRunView = Omit<RunCommitted, 'run'> & {
  readonly id: string;
  readonly mode: 'dry-run';
};

/** A dry run is no event; the last of them can be looked at until the service stops. */
const KEPT_MAX = 32;

export class DryRuns {
  readonly #kept = new Map<string, DryRunView>();

  keep({ run: id, ...rest }: RunCommitted): DryRunView {
    const view: DryRunView = { id, mode: 'dry-run', ...rest };
    this.#kept.delete(id);
    this.#kept.set(id, view);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    return view;
  }

  find(id: string): DryRunView | undefined {
    return this.#kept.get(id);
  }
}
