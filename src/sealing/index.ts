export { AlarmBook } from './alarm-book';
export { AlarmDesk } from './alarm-desk';
export { AnchorFolder } from './anchor-folder';
export { AnchorsCheck } from './anchors-check';
export { type KeptNote } from './kept-checkpoints';
export { checkAgainstMark, type MarkCheck, refuseFoundingBelowMark } from './anchor-mark';
export { type CheckReport, exitCodeOf, type Finding, Findings, reportText } from './check-report';
export { CHECKPOINT_FILE, ExportedFolder, KEYS_FILE } from './exported-folder';
export { Assurance } from './assurance';
export { postBounded } from './bounded-http';
export { readCheckpoint } from './checkpoint';
export { cosignerOf } from './cosignature';
export { Cosigning } from './cosigning';
export { exportedTail, type ExportedEvent } from './exported-tail';
export { type AwaitedCheckpoint, createFollower } from './follower';
export { checkFounding, type Founding, foundingOf, foundLedger } from './founding';
export { KEYS_STREAM, LEDGER_CREATED } from './founding-names';
export { Heads, type HeadsSource } from './heads';
export { firstCovering, type HeadsCommitted, HeadsWriter, lastCommitted } from './heads-commit';
export { commitmentIn, type HeadsProof, headsProofJson, headsProofText } from './heads-json';
export { type HeadsAt, HeadsKeeper } from './heads-keeper';
export { HeadsMap, type HeadsPath, type HeadsState } from './heads-map';
export { HEADS_COMMITTED, HEADS_STREAM } from './heads-names';
export { KeyChange, type LogKeys } from './key-change';
export { readKeyHistory } from './key-entries';
export { keyFolder, loadKey, loadSigner, readSecretFile, writeSecretFile } from './key-file';
export { KeyHistory } from './key-history';
export { generateKeys, type GeneratedKeys, handOverOf, newKeyFile, recoveryName } from './keys';
export { ledgerAlarms } from './ledger-alarms.decider';
export { ledgerClock } from './ledger-clock.decider';
export { CLOCK_STREAM, type ClockRegressed } from './ledger-clock.events';
export { logKeys } from './log-keys.decider';
export { exportLog, type LogExported } from './log-export';
export { countPieces, type LogPiece, logPieces } from './log-pieces';
export { ALARMS_STREAM, ANCHORS_STREAM } from './ledger-anchors.events';
export { type LogReader } from './log-reader';
export { MarkKeeper } from './mark-keeper';
export { type Policy, policyText, readPolicy } from './policy-file';
export {
  type ErasedBy,
  ErasureRegister,
  PrivacyCheck,
  type PrivacyResult,
  type SideRow,
} from './privacy-check';
export {
  checkHeadsProof,
  checkProof,
  ENTRY_FILE_BYTES_MAX,
  HEADS_PROOF_BYTES_MAX,
  PROOF_BYTES_MAX,
} from './proof-check';
export {
  type PendingReceipt,
  type Receipt,
  type ReceiptOf,
  type Receipts,
  type SealedProof,
} from './receipt';
export { createReceipts, type LedgerReceipts } from './receipts';
export { isSealNotice, releasedCheckpoint } from './seal-notice';
export { createSealer } from './sealer';
export { type SignerOf } from './signing-keys';
export { type SignedCheckpoint } from './signed-checkpoint';
export { readPrivateKey, type Signer, signerOf } from './signer';
export { type Budget, monitorRound, waitAfter } from './monitor-round';
export { type MonitorMessage, type MonitorState, SelfMonitor } from './self-monitor';
export { openSecondCopy, type SecondCopy } from './second-copy';
export { SqliteLog } from './sqlite-log';
export { readTlogProof, type TlogProof, tlogProofText } from './tlog-proof';
export { type TileReader } from './tile-reader';
export { checkLogFolder } from './log-check';
export { type BesideCheck, checkStoreFolder, type StoreCheckOptions } from './store-check';
export {
  BlockWorker,
  type BlockRequest,
  type BlockThreads,
  type BlockWorkData,
  memoryOf,
} from './fsck-blocks';
export { proposeCheckpoint, type ProposedLeaf } from './propose-checkpoint';
export { readCertificates } from './timestamp-chain';
export { Timestamping, type TimestampingOptions } from './timestamping';
export { Witness } from './witness';
export { openWitnessStore } from './witness-store';
export { WatchedClock } from './watched-clock';
