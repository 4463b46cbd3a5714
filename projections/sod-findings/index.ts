export { factsAbout, type RecordedAct, type Step, type StepFacts } from './check-facts.view';
export { type FindingDetail, type ProvingEvent } from './finding-detail';
export { type FindingSummary } from './finding-json';
export {
  countFindings,
  type FindingFilter,
  findFinding,
  findingsOf,
  listFindings,
} from './findings.view';
export { type Unreported, unreportedFindings } from './reports.view';
export {
  SIMULATION_BEGIN,
  type SimulatedChange,
  type SimulationPlace,
  simulateSlice,
} from './simulation';
export { keysOfTypesOn } from './act-refs';
export { sodFindings } from './sod-findings.projection';
