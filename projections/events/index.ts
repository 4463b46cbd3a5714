export { cloudEventOf, type RecordedPlace } from './cloud-event';
export { events } from './events.projection';
export { type EventFilter } from './event-filter';
export { type EventRow, eventsOfStream, objectsOfDocument } from './events.view';
export { type LogEntries, type LogEntry, logEntryAt } from './log-entries';
