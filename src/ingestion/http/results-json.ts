import { hex } from '../../kernel/hash';
import { type PendingReceipt, type Receipts } from '../../sealing';
import { problemOf } from '../../http';
import {
  type Accepted,
  isAccepted,
  type ItemResult,
  type NotAccepted,
} from '../acceptor/submission';

/** The reply for one event: `result`, the receipt's members, and what speaks of the object. */
export function acceptedJson(accepted: Accepted, receipts: Receipts, withEntry: boolean): object {
  const { result, event, objectState, flags, entry } = accepted;
  return {
    result,
    ...receipts.receiptOf(event),
    objectState,
    flags,
    ...(withEntry ? { entry: Buffer.from(entry).toString('utf8') } : {}),
  };
}

/** One item of a batch. */
export function itemJson(result: ItemResult, receipts: Receipts, withEntry: boolean): object {
  return isAccepted(result) ? acceptedJson(result, receipts, withEntry) : notAcceptedJson(result);
}

/**
 * The receipt of an event that is recorded and not sealed in time; it proves nothing yet.
 *
 * @returns undefined for every other result
 */
export function pendingJson(
  { error }: NotAccepted,
  origin: string,
): (PendingReceipt & { readonly state: 'pending' }) | undefined {
  if (error.code !== 'not-sealed') return undefined;
  const pending = error.members['pending'] as PendingReceipt | undefined;
  const head = { result: 'recorded', receipt: 1, ledger: origin } as const;
  return pending && { ...head, ...pending, state: 'pending' };
}

export function notAcceptedJson({ result, quarantine, error }: NotAccepted): object {
  return { result, ...(quarantine === undefined ? {} : { quarantine }), problem: problemOf(error) };
}

/**
 * One line of a bulk reply, with its line end. Index and leaf stand for the proof: the checkpoint comes once, at the end.
 *
 * @param line number of the line in the request, from 1
 */
export function resultLine(line: number, result: ItemResult): string {
  if (!isAccepted(result)) return `${JSON.stringify({ line, ...notAcceptedJson(result) })}\n`;
  const { event, objectState, flags } = result;
  const { id, stream, revision, type, recordedAt, index, position } = event;
  // Written by hand: none of these texts can hold a character that JSON escapes, and there are millions of them.
  return (
    `{"line":${line},"result":"${result.result}","id":"${id}","stream":"${stream}","revision":${revision},"type":"${type}",` +
    `"recordedAt":"${recordedAt}","leaf":"${hex(event.leaf)}","position":"${position}","index":${index},` +
    `"objectState":"${objectState}","flags":[${flags.map((flag) => `"${flag}"`).join(',')}]}\n`
  );
}
