import { type Instant } from '../../src/kernel/runtime';

/** How far a generation is; all of it is committed. */
export interface Reached {
  /** printed position up to which nothing is missing; `undefined` before the first event */
  readonly position: string | undefined;
  /** events applied since the first of the log */
  readonly events: number;
  /** recorded-at of the last applied event */
  readonly recordedAt: Instant | undefined;
  /** false until a generation has reached the head once; then it may lag, and is whole up to its position */
  readonly current: boolean;
}

export interface Stop {
  /** where the model stands: everything up to here is applied */
  readonly position: string | undefined;
  /** the event that could not be applied, if one is to blame */
  readonly failedAt: string | undefined;
  readonly code: string;
  readonly detail: string;
}

/** What the projector tells the thread that serves reads. Plain values: they cross threads by structured clone. */
export type ProjectorMessage =
  | {
      readonly kind: 'serve';
      readonly generation: string;
      readonly path: string;
      readonly reached: Reached;
    }
  | { readonly kind: 'reached'; readonly reached: Reached }
  | { readonly kind: 'stopped'; readonly stop: Stop }
  | { readonly kind: 'building'; readonly generation: string; readonly reached: Reached }
  | { readonly kind: 'build-failed'; readonly generation: string; readonly stop: Stop };

/** What the reading side asks of the projector. */
export interface ProjectorRequest {
  readonly kind: 'rebuild';
}

/** Every read model of the service says one of these about itself. */
export type ReadModelState = 'current' | 'building' | 'stopped';
