import { type RelatedObject, transitionOf } from '../../src/kernel/entry';
import { parseStreamName, relatedStreamName } from '../../src/kernel/stream-name';
import { linkOf } from '../../src/controls/lineage.policy';
import { type ProjectedEvent, projection, type ProjectionDb } from '../read-model';
import { LINEAGE_SCHEMA } from './lineage.schema';

const ADD_LINK = `
  INSERT OR IGNORE INTO link (from_stream, to_stream, role, way, idx, at)
  VALUES (:from, :to, :role, :way, :idx, :at)`;

function addLinks({ stream, entry, index }: ProjectedEvent, db: ProjectionDb): void {
  const related = transitionOf(entry)?.related;
  if (related === undefined) return;
  const { objectType, entity } = parseStreamName(stream);
  for (const object of related) {
    const to = relatedStreamName(object.type, object.entity ?? entity, object.id);
    if (to === undefined || to === stream) continue;
    const way = wayOf(stream, objectType, object, to);
    const { role } = object;
    db.run(ADD_LINK, { from: stream, to, role, way, idx: index, at: entry.occurredAt });
  }
}

function wayOf(from: string, type: string, object: RelatedObject, to: string) {
  const link = linkOf(from, type, object, to);
  if (link === undefined) return 'aside';
  return link.child === from ? 'up' : 'down';
}

export const lineage = projection('lineage', 2, {
  schema: LINEAGE_SCHEMA,
  onTransition: addLinks,
});
