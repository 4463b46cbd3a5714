export { type Account, type KurrentConnection, readConnectionString } from './connection-string';
export { type EntryIdIndex, EntryIdMap } from './entry-id-index';
export { kurrentPositions } from './kurrent-positions';
export {
  type KurrentStore,
  type KurrentStoreOptions,
  type KurrentTiming,
  openKurrentStore,
} from './kurrent-store';
export { type FeedItem, type ForeignRecord } from './subscriber';
export { type CheckpointStream } from './checkpoint-stream';
export { type ServerRecord } from './record';
