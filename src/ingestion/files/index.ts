export { type FileMapping, parseFileMapping } from './file-mapping';
export { type EventFile, type ImportCounts, readEventFile } from './read-event-file';
export { readCsv } from './csv-reader';
export { type FileRow } from './file-row';
