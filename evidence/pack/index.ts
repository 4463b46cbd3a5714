export { buildPack, type BuiltPack } from './build-pack';
export { EvidenceModule } from './evidence.module';
export { type BuilderReply } from './pack-builder';
export {
  type ExcludedObject,
  type FindingFacts,
  type LineageFacts,
  type LineageNode,
  type MissingStep,
  type PackInput,
  type ProjectedStep,
} from './pack-input';
