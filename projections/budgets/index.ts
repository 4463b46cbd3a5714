export { budgets } from './budgets.projection';
export { gapSentence, named } from './budgets.view';
export { fundsFor, type FundsRead, type FundsRequest } from './check-funds.view';
export { rateIn } from './rates';
