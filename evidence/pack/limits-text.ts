/** What a pack does not show. Printed in the PDF and kept in the data: an honest page is part of the evidence. */
export const LIMITS: readonly string[] = [
  'That what a source system reported is true, or that it reported everything. The pack shows what was recorded, when, and that it was not changed since.',
  'That the person behind an account was who the account says.',
  'Anything that happened before an event was recorded: the times of occurrence are the word of the source system.',
  'That the ledger was honest before somebody outside first kept one of its checkpoints. Whoever holds the signing key can rewrite what nobody else has seen.',
  'What was recorded after the tree size stated here. Up to it every stream of the pack is complete: it begins at revision 0, has no gap, and its last event is proved to be the last by a stream-head proof in heads.json.',
  'That no other object belongs to this transaction: a stream-head proof speaks of the streams that it names. The objects follow from the links that the sealed entries state; both readings of the ledger agree on them.',
  'That nobody colluded, that a control was well designed, or that a signer had authority in law.',
  'This pack is neither signed nor timestamped. Keep its hash, and compare the checkpoint with one that you received from elsewhere.',
];
