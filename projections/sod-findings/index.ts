export { sodFindings } from './sod-findings.projection';
