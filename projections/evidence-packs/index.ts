export { evidencePacks } from './evidence-packs.projection';
export { findPack, listPacks, type PackView, pendingPacks } from './evidence-packs.view';
export { lineageFacts } from './lineage-facts.view';
export { lineageFindings } from './lineage-findings.view';
export { lineageBreaks, lineageMatches } from './lineage-reconciliation.view';
