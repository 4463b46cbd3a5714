import { everyCallFails } from './injected.cases';

everyCallFails('SIGKILL');
