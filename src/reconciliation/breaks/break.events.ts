import { type CivilDate } from '../../kernel/civil-date';
import { type JsonObject } from '../../kernel/json';

/** `break.assigned`: who works on it, and until when. Before its first decision a break is only a row. */
export interface BreakAssigned {
  /** client or person id */
  readonly owner: string;
  readonly due?: CivilDate;
}

export interface BreakEvent {
  readonly type: 'break.assigned';
  readonly data: BreakAssigned & JsonObject;
}
