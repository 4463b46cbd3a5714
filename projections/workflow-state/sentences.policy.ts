import { type Entry, type TransitionData } from '../../src/kernel/entry';
import { type MissingStep } from '../../src/ingestion/workflow.policy';

/**
 * One event in words, from the entry alone: *Approved by per-5d0e71b3 (approver) for per-17e0c6f4, posted to paid,
 * 1190.00 EUR; reported by treasury-eu as PAY-2026-0093.*
 */
export function sentenceOf(entry: Entry, { transition, amount }: TransitionData): string {
  const { actor, source } = entry;
  const role = actor.role === undefined ? '' : ` (${actor.role})`;
  const behalf = actor.onBehalfOf === undefined ? '' : ` for ${actor.onBehalfOf}`;
  const change =
    transition.from === undefined || transition.from === transition.to
      ? `now ${transition.to}`
      : `${transition.from} to ${transition.to}`;
  const money = amount === undefined ? '' : `, ${amount.amount} ${amount.currency}`;
  const document = source.document === undefined ? '' : ` as ${source.document}`;
  const attempt = entry.attempt === undefined ? '' : `, attempt ${entry.attempt}`;
  return (
    `${inWords(transition.action)} by ${actor.id}${role}${behalf}, ${change}${money}; ` +
    `reported by ${source.system}${document}${attempt}.`
  );
}

/** *No approved before paid: paid on 2026-01-08, and no system has reported approved.* */
export function missingSentence({ step, neededBy, since }: MissingStep): string {
  return `No step ${step} before ${neededBy}: ${neededBy} on ${since.slice(0, 10)}, and no system has reported ${step}.`;
}

/** *No goods receipt: invoice INV-1001 was approved on 2026-01-05 and none is linked to it.* */
export function missingDocumentSentence(
  type: string,
  neededBy: {
    readonly type: string;
    readonly id: string;
    readonly step: string;
    readonly at: string;
  },
): string {
  const { id, step, at } = neededBy;
  const words = type.replaceAll('-', ' ');
  const needing = neededBy.type.replaceAll('-', ' ');
  return `No ${words}: ${needing} ${id} was ${step} on ${at.slice(0, 10)} and no ${words} is linked to it.`;
}

function inWords(action: string): string {
  const words = action.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
