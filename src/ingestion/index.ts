export { IngestionModule } from './ingestion.module';
export { type FileDelivery, quarantineFile } from './quarantine/file-deliveries';
export { workflowOf } from './workflow-definitions.policy';
