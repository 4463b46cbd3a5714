export { applyEvent, type Blobs } from './applier';
export { Conditions } from './conditions';
export { type Page, type PageKey, pageOf } from './pages';
export {
  type ProjectorMessage,
  type ProjectorRequest,
  type ReadModelState,
  type Stop,
} from './messages';
export { leafOf } from './projected-event';
export {
  type Apply,
  type ProjectedEvent,
  type Projection,
  projection,
  type ProjectionDb,
  type ReadDb,
  type Snapshot,
  type SqlParams,
  type SqlRow,
  type SqlValue,
} from './projection';
export { Projector, type ProjectorOptions } from './projector';
export {
  type KnownHead,
  readGeneration,
  ReadModel,
  type ReadModelOptions,
  type ReadModelStatus,
} from './read-model';
export { type ProjectedLog } from './runner';
