export { budgets } from './budgets.projection';
