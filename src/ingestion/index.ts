export { IngestionModule } from './ingestion.module';
export { Acceptor } from './acceptor/acceptor';
export { isAccepted, type ItemResult, type Submission } from './acceptor/submission';
export { type FileDelivery, quarantineFile } from './quarantine/file-deliveries';
export { structuredSubmission } from './http/submissions';
export { type Source, SourceRegister } from './sources/source-register';
