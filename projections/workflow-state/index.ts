export { type DisagreementKind, DISAGREEMENTS } from './disagreements.policy';
export { flagsOfMask, maskOfFlag } from './masks';
export { type AmountRange, type ObjectFilter } from './object-filter';
export { foldObject, type ObjectFold, type Side } from './object-state.policy';
export { findObject, type FoldedObject, objectJson } from './object.view';
export { countObjects, listObjects, type ObjectPageRequest } from './objects.view';
export { missingDocumentSentence, missingSentence, sentenceOf } from './sentences.policy';
export { totalsOf } from './totals.view';
export { workflowState } from './workflow-state.projection';
