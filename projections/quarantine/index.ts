export { quarantine } from './quarantine.projection';
export { findQuarantineItem, listQuarantine, type QuarantineFilter } from './quarantine.view';
