export { type CamtMessage, readCamt } from './sources/camt/camt-reader';
export {
  type StatementFile,
  type StatementItem,
  type StatementLine,
  type StatementSummary,
} from './sources/statement';
export { type Definition, definitionInForce } from './matching/definition.policy';
export { match } from './matching/engine';
export { type MatchLine, type Side } from './matching/line';
export { type MatchResult } from './matching/result';
