export { buildPack, type BuiltPack } from './build-pack';
export { EvidenceModule } from './evidence.module';
export { type BuilderReply } from './pack-builder';
export { type PackInput } from './pack-input';
