export {
  type Appended,
  type Delivery,
  type EntryIds,
  type EventStore,
  type Expected,
  type LedgerStore,
  type NewEvent,
  type Placed,
  type Position,
  type Positions,
  type RecordedEvent,
  type Revision,
  STORE_LIMITS,
  type StoredEvent,
  type StoreLimits,
} from './port';
export { openMemoryStore } from './memory/memory-store';
