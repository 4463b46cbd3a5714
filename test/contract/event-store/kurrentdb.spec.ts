import { eventStoreContract } from './contract';
import { KurrentStage } from './kurrent-stage';

// Two nodes share a server, so nobody holds it, and a killed node is staged where whole nodes run.
eventStoreContract('the KurrentDB store, on the stand-in', {
  capabilities: new Set([
    'restart',
    'second-reader',
    'lost-request',
    'lost-reply',
    'silence',
    'outage',
    'full',
    'busy',
    'tamper',
  ]),
  cases: 57,
  stage: async () => new KurrentStage(),
});
