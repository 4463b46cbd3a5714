import { eventStoreContract } from './contract';
import { MemoryStage } from './memory-stage';

eventStoreContract('the memory store', {
  capabilities: new Set(['second-reader']),
  cases: 45,
  stage: async () => new MemoryStage(),
});
