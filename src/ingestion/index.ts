export { IngestionModule } from './ingestion.module';
export { type FileDelivery, quarantineFile } from './quarantine/file-deliveries';
