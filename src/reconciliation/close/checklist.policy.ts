import { fieldError, notFound, TieoutError } from '../../kernel/errors';
import { type JsonObject } from '../../kernel/json';
import { isSameParty, type Party } from '../../kernel/party';
import { type Acted, type CloseTask, type PeriodEvent } from './period.events';
import { type PeriodState, type TaskState } from './period-state.policy';

export type TaskCommand = { readonly by: Party } & (
  | { readonly kind: 'set-checklist'; readonly tasks: readonly CloseTask[] }
  | {
      readonly kind: 'task-done';
      readonly task: string;
      /** 64 hex each; the files are in the blob store or kept elsewhere */
      readonly evidence: readonly string[];
      readonly note?: string;
    }
  | {
      readonly kind: 'task-waive' | 'task-reopen';
      readonly task: string;
      readonly reason: string;
    }
);

/** Decisions on the checklist of a close. */
export function decideTask(
  command: TaskCommand,
  state: PeriodState,
  acted: Acted,
): readonly PeriodEvent[] {
  if (state.status === 'pending') throw notFound('The period');
  if (state.status === 'closed' || state.status === 'locked') throw isClosed(state);
  if (command.kind === 'set-checklist') return setChecklist(command.tasks, state, acted);
  const task = state.tasks.find(({ id }) => id === command.task);
  if (task === undefined) throw notFound(`The task ${command.task}`);
  switch (command.kind) {
    case 'task-done':
      return done(command, { task, state }, acted);
    case 'task-waive':
      return waive(command, task, acted);
    case 'task-reopen':
      if (task.status === 'open') return [];
      return [event('period.task-reopened', { task: task.id, reason: command.reason, ...acted })];
  }
}

/** @throws TieoutError `contract-violation` for a task that waits for itself, for an unknown one, or twice */
export function checkTasks(tasks: readonly CloseTask[]): void {
  const known = new Map(tasks.map((task) => [task.id, task]));
  const refuse = (i: number, member: string, detail: string) =>
    fieldError('contract-violation', `/tasks/${i}/${member}`, detail);
  tasks.forEach((task, i) => {
    if (known.get(task.id) !== task) throw refuse(i, 'id', `two tasks are called ${task.id}.`);
    const unknown = task.after.find((id) => !known.has(id));
    if (unknown !== undefined) throw refuse(i, 'after', `there is no task ${unknown}.`);
    if (task.reviewer === task.owner)
      throw refuse(i, 'reviewer', 'another person than the owner reviews.');
    if (waitsForItself(task, known)) throw refuse(i, 'after', `${task.id} waits for itself.`);
  });
}

function waitsForItself(task: CloseTask, known: ReadonlyMap<string, CloseTask>): boolean {
  const seen = new Set<string>();
  const waiting = [...task.after];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === task.id) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(known.get(id)?.after ?? []));
  }
  return false;
}

/** A task that was worked on stays on the list: it is waived, not taken off. */
function setChecklist(
  tasks: readonly CloseTask[],
  state: PeriodState,
  acted: Acted,
): readonly PeriodEvent[] {
  checkTasks(tasks);
  const kept = new Set(tasks.map(({ id }) => id));
  const dropped = state.tasks.find(({ id, status }) => status !== 'open' && !kept.has(id));
  if (dropped !== undefined)
    throw new TieoutError(
      'state-conflict',
      `The task ${dropped.id} is ${dropped.status}. Reopen it before you take it off the list.`,
      { state: dropped.status, legal: ['open'] },
    );
  return [event('period.checklist-set', { tasks: [...tasks], ...acted })];
}

function done(
  command: Extract<TaskCommand, { readonly kind: 'task-done' }>,
  { task, state }: { readonly task: TaskState; readonly state: PeriodState },
  acted: Acted,
): readonly PeriodEvent[] {
  if (task.status === 'done') return [];
  if (task.status === 'waived')
    throw new TieoutError('state-conflict', 'The task is waived. Reopen it first.', {
      state: 'waived',
      legal: ['reopen'],
    });
  const first = task.after.find((id) => !isOver(state.tasks.find((other) => other.id === id)));
  if (first !== undefined)
    throw new TieoutError('guard-unmet', `The task ${first} comes before ${task.id}.`, {
      guards: [{ guard: 'task-order', detail: `${first} is not done.`, link: '' }],
    });
  const data = {
    task: task.id,
    evidence: [...command.evidence],
    ...(command.note === undefined ? {} : { note: command.note }),
    ...acted,
  };
  if (task.status === 'open') return [event('period.task-done', data)];
  if (task.done !== undefined && isSameParty(command.by, task.done))
    throw samePerson('Who did the task cannot review it.');
  return [event('period.task-reviewed', data)];
}

/** A waiver is an approver's: the owner of a task does not let himself off. */
function waive(
  { by, reason }: Extract<TaskCommand, { readonly kind: 'task-waive' | 'task-reopen' }>,
  task: TaskState,
  acted: Acted,
): readonly PeriodEvent[] {
  if (task.status === 'waived') return [];
  if (isSameParty(by, { by: task.owner, byPerson: task.owner }))
    throw samePerson('The owner of a task cannot waive it.');
  return [event('period.task-waived', { task: task.id, reason, ...acted })];
}

export const isOver = (task: TaskState | undefined): boolean =>
  task?.status === 'done' || task?.status === 'waived';

const samePerson = (detail: string) =>
  new TieoutError('same-person', detail, { rule: 'close-checklist' });

const isClosed = ({ status }: PeriodState) =>
  new TieoutError('period-closed', `The period is ${status}. Request its reopening first.`, {});

const event = (type: PeriodEvent['type'], data: object): PeriodEvent =>
  ({ type, data: data as JsonObject }) as unknown as PeriodEvent;
