import { canonicalJson } from '../../src/kernel/canonical-json';
import { type Json } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type SignOffEvent } from '../../src/reconciliation/sign-off/sign-off.events';
import {
  evolveSignOff,
  type SignOffState,
} from '../../src/reconciliation/sign-off/sign-off-state.policy';
import {
  reconciliationId,
  reconciliationOfKey,
} from '../../src/reconciliation/sign-off/reconciliation-id.policy';
import { type Apply } from '../read-model';

const FIND_SIGN_OFF = `SELECT sign_off, revision FROM reconciliation WHERE id = :id`;
const SAVE_SIGN_OFF = `UPDATE reconciliation SET sign_off = :state, revision = :revision WHERE id = :id`;

/** Folds the signatures by the same function as their decider; an event that is here already changes nothing. */
export const applySignOffEvent: Apply = (event, db) => {
  const { entity, key } = parseStreamName(event.stream);
  const id = reconciliationId(reconciliationOfKey(entity, key));
  const row = db.get<{ sign_off: string; revision: bigint }>(FIND_SIGN_OFF, { id });
  if (row === undefined || Number(row.revision) >= event.revision) return;
  const before = JSON.parse(row.sign_off) as SignOffState;
  const state = evolveSignOff(before, {
    type: event.type,
    data: event.entry.data,
  } as unknown as SignOffEvent);
  db.run(SAVE_SIGN_OFF, {
    id,
    state: canonicalJson(state as unknown as Json),
    revision: event.revision,
  });
};
