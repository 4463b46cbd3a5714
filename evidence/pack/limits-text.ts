/** What a pack does not show. Printed in the PDF and kept in the data: an honest page is part of the evidence. */
export const LIMITS: readonly string[] = [
  'That what a source system reported is true, or that it reported everything. The pack shows what was recorded, when, and that it was not changed since.',
  'That the person behind an account was who the account says.',
  'Anything that happened before an event was recorded: the times of occurrence are the word of the source system.',
  'That the ledger was honest before somebody outside first kept one of its checkpoints. Whoever holds the signing key can rewrite what nobody else has seen.',
  'That no further event of these objects was left out at the end of a stream by the maker of the pack. Each stream begins at revision 0 and has no gap; its end is as of the tree size stated here, by two independent readings of the ledger, and is not proved by a stream-head proof in this version of the format.',
  'That no other object belongs to this transaction. The objects follow from the links that the sealed entries state; both readings of the ledger agree on them.',
  'That nobody colluded, that a control was well designed, or that a signer had authority in law.',
  'This pack is neither signed nor timestamped. Keep its hash, and compare the checkpoint with one that you received from elsewhere.',
];
