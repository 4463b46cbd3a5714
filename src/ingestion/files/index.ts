export { type FileMapping, parseFileMapping } from './file-mapping';
export { type EventFile, type ImportCounts, readEventFile } from './read-event-file';
