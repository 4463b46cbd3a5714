export { controlRegisters } from './control-registers.projection';
export { countEntries, type EntryFilter, listEntries, versionsOf } from './control-registers.view';
export { registersIn, survivorsIn } from './registers-in';
