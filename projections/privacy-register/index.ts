export {
  actsWithin,
  approvedErasures,
  erasedValuesOf,
  type ErasedValue,
  type ErasureEvent,
  erasureEventsAfter,
  lastActAt,
} from './erasure-facts.view';
export { privacyRegister } from './privacy-register.projection';
export {
  countErasures,
  countHolds,
  findErasure,
  findHold,
  listErasures,
  listHolds,
  type Registered,
} from './privacy-register.view';
