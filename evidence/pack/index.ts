export { buildPack, type BuiltPack } from './build-pack';
export { EvidenceModule } from './evidence.module';
export {
  type BreakFacts,
  type ExcludedObject,
  type Figure,
  type FindingFacts,
  type LineageFacts,
  type LineageNode,
  type MatchFacts,
  type MissingStep,
  type PackInput,
  type ProjectedStep,
} from './pack-input';
