import { everyCallFails, faultsThatLast } from './injected.cases';

everyCallFails('EIO');
faultsThatLast('EIO');
