export { controlRegisters } from './control-registers.projection';
export {
  countEntries,
  type EntryFilter,
  findVersion,
  listEntries,
  listVersions,
  versionsOf,
} from './control-registers.view';
export { entryInForce, type EntryInForce } from './entry-in-force';
export { registersIn, survivorsIn } from './registers-in';
export { approvedValidities, ruleBookIn } from './rule-book-in';
export {
  type EntitlementFilter,
  entitlementsOf,
  type HeldEntitlement,
  listEntitlements,
} from './entitlement-rows';
