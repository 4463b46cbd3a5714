export { quarantine } from './quarantine.projection';
export {
  findQuarantineItem,
  listQuarantine,
  openQuarantinedEvents,
  type QuarantineFilter,
} from './quarantine.view';
