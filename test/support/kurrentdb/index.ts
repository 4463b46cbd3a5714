export { type Faults, noFaults, type Seen } from './faults';
export { StandInLog, type LogRecord } from './log';
export { StandInServer, type StandInOptions } from './server';
