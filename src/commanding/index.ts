export {
  Executor,
  type CommandContext,
  type Executed,
  type Loaded,
  type ProcessContext,
} from './executor';
export { appendWithRetry, type RetryPolicy } from './append-with-retry';
export { decodeRecorded, readEntries, type StreamEntry } from './read-entries';
