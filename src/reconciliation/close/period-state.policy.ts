import { type JsonObject } from '../../kernel/json';
import {
  type Acted,
  type CloseTask,
  type PeriodCertified,
  type PeriodClosed,
  type PeriodEvent,
  type PeriodOpened,
  type ReconciliationWaived,
  type ReopeningRequested,
  type RequestDecided,
  type TaskDecided,
  type TaskDone,
} from './period.events';

export type PeriodStatus = 'pending' | 'open' | 'soft-closed' | 'closed' | 'locked' | 'reopened';

export interface TaskState extends CloseTask {
  readonly status: 'open' | 'awaiting-review' | 'done' | 'waived';
  readonly done?: TaskDone;
  readonly reviewed?: TaskDone;
  readonly waived?: TaskDecided;
}

export interface RequestState extends ReopeningRequested {
  readonly status: 'requested' | 'approved' | 'rejected' | 'ended';
  readonly decided?: RequestDecided;
}

/** One fiscal period of an entity, as its events tell. Plain JSON: the read model keeps it as it is. */
export interface PeriodState {
  readonly status: PeriodStatus;
  readonly opened?: PeriodOpened;
  /** when it was soft-closed, by whom */
  readonly softClosed?: Acted;
  /** of the figures as they stand; a new one is needed for every closing */
  readonly certified?: PeriodCertified;
  /** every closing version, oldest first */
  readonly closings: readonly PeriodClosed[];
  readonly locked?: Acted & { readonly reference: string };
  readonly requests: readonly RequestState[];
  readonly tasks: readonly TaskState[];
  readonly waived: readonly ReconciliationWaived[];
  /** the state that a reopened period goes back to */
  readonly before?: 'soft-closed' | 'closed';
}

export const PENDING: PeriodState = {
  status: 'pending',
  closings: [],
  requests: [],
  tasks: [],
  waived: [],
};

/** The request under which the period is reopened. */
export const reopeningOf = ({ status, requests }: PeriodState): RequestState | undefined =>
  status === 'reopened' ? requests.findLast((one) => one.status === 'approved') : undefined;

/** The newest closing version. */
export const closingOf = ({ closings }: PeriodState): PeriodClosed | undefined => closings.at(-1);

/** True while the figures of a definition may still move under its signatures. */
export function isMovable(state: PeriodState, definition: string): boolean {
  if (state.status === 'open' || state.status === 'soft-closed') return true;
  const definitions = reopeningOf(state)?.scope.definitions;
  return (
    state.status === 'reopened' && (definitions === undefined || definitions.includes(definition))
  );
}

export function evolvePeriod(state: PeriodState, event: PeriodEvent): PeriodState {
  switch (event.type) {
    case 'period.opened':
      return {
        ...state,
        status: 'open',
        opened: plain(event.data),
        tasks: event.data.tasks.map(openTask),
      };
    case 'period.soft-closed':
      return { ...state, status: 'soft-closed', softClosed: plain(event.data) };
    case 'period.certified':
      return { ...state, certified: plain(event.data) };
    case 'period.closed':
      return closed(state, plain(event.data));
    case 'period.locked':
      return { ...state, status: 'locked', locked: plain(event.data) };
    case 'period.reopening-requested':
      return {
        ...state,
        requests: [...state.requests, { ...plain(event.data), status: 'requested' }],
      };
    case 'period.reopening-approved':
      return reopened(state, plain(event.data));
    case 'period.reopening-rejected':
      return decided(state, plain(event.data), 'rejected');
    case 'period.reconciliation-waived':
      return { ...state, waived: [...state.waived, plain(event.data)] };
    default:
      return withTasks(state, event);
  }
}

function closed(state: PeriodState, closing: PeriodClosed): PeriodState {
  return {
    ...without(state, 'before', 'certified'),
    status: 'closed',
    closings: [...state.closings, closing],
    requests: state.requests.map((one) =>
      one.status === 'approved' ? { ...one, status: 'ended' } : one,
    ),
  };
}

function reopened(state: PeriodState, decision: RequestDecided): PeriodState {
  const now = state.status === 'soft-closed' ? 'soft-closed' : 'closed';
  const before = state.before ?? now;
  const rest = without(decided(state, decision, 'approved'), 'certified');
  return { ...rest, status: 'reopened', before };
}

function decided(
  state: PeriodState,
  decision: RequestDecided,
  status: 'approved' | 'rejected',
): PeriodState {
  return {
    ...state,
    requests: state.requests.map((one) =>
      one.request === decision.request ? { ...one, status, decided: decision } : one,
    ),
  };
}

type TaskEvent = Extract<
  PeriodEvent,
  { readonly type: 'period.checklist-set' | `period.task-${string}` }
>;

function withTasks(state: PeriodState, event: TaskEvent): PeriodState {
  if (event.type === 'period.checklist-set') {
    const known = new Map(state.tasks.map((task) => [task.id, task]));
    const tasks = event.data.tasks.map((task) => {
      const before = known.get(task.id);
      return before === undefined ? openTask(task) : { ...before, ...task };
    });
    return { ...state, tasks };
  }
  return {
    ...state,
    tasks: state.tasks.map((task) => (task.id === event.data.task ? moved(task, event) : task)),
  };
}

function moved(
  task: TaskState,
  event: Exclude<TaskEvent, { readonly type: 'period.checklist-set' }>,
): TaskState {
  switch (event.type) {
    case 'period.task-done': {
      const status = task.reviewer === undefined ? 'done' : 'awaiting-review';
      return { ...task, status, done: plain(event.data) };
    }
    case 'period.task-reviewed':
      return { ...task, status: 'done', reviewed: plain(event.data) };
    case 'period.task-waived':
      return { ...task, status: 'waived', waived: plain(event.data) };
    case 'period.task-reopened':
      return { ...without(task, 'done', 'reviewed', 'waived'), status: 'open' };
  }
}

const openTask = (task: CloseTask): TaskState => ({ ...task, status: 'open' });

/** The data without its index signature, which would hide misspelt members. */
const plain = <T extends object>(data: T & JsonObject): T => data;

function without<T extends object, K extends keyof T & string>(
  value: T,
  ...names: readonly K[]
): Omit<T, K> {
  const left: readonly string[] = names;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !left.includes(name))) as Omit<
    T,
    K
  >;
}
