export { CHECKPOINT_TYPE, checkpointEvent } from './checkpoint-record';
export { NodeLedger } from './node-ledger';
export { type NodeLedgerOptions, openNodeLedger, type OpenedNode } from './open-node-ledger';
export { type Sequencer } from './sequencer';
export { type Migrated, moveToServer } from './move-to-server';
