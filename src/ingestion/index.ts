export { IngestionModule } from './ingestion.module';
export { Acceptor } from './acceptor/acceptor';
export { isAccepted, type ItemResult, type Submission } from './acceptor/submission';
export { structuredSubmission } from './http/submissions';
export { type Source, SourceRegister } from './sources/source-register';
