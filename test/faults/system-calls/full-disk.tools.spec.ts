import { everyCallFails, faultsThatLast } from './injected.cases';

everyCallFails('ENOSPC');
faultsThatLast('ENOSPC');
