export { type LogReader } from './log-reader';
export { type Receipt, type ReceiptOf, type Receipts } from './receipt';
export { type SignedCheckpoint } from './signed-checkpoint';
export { type Signer } from './signer';
