import { type Projection } from '../projections/read-model';
import { apiKeys } from '../projections/api-keys/api-keys.projection';

/** Every projection of the read model. The service and the projector's thread must agree on it. */
export const PROJECTIONS: readonly Projection[] = [apiKeys];
