export {
  type Lineage,
  type LineageBounds,
  LINEAGE_DEPTH_DEFAULT,
  LINEAGE_DEPTH_MAX,
  LINEAGE_NODES_MAX,
  type LineageEdge,
  lineageFrom,
  type LineageNode,
  lineageOf,
  type LineageReading,
} from './lineage.view';
export { lineage } from './lineage.projection';
export { type Link, linksOf } from './links';
