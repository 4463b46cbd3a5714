export { type Config, type Limits } from './config';
export { loadConfig, VARIABLES } from './load-config';
