import { workflowOf } from '../../src/ingestion/workflow-definitions.policy';
import { missingSteps } from '../../src/ingestion/workflow.policy';
import { type JsonObject } from '../../src/kernel/json';
import { parseStreamName } from '../../src/kernel/stream-name';
import { type ReadDb } from '../read-model';
import {
  findObject,
  type FoldedObject,
  missingDocumentSentence,
  missingSentence,
} from '../workflow-state';
import { type Link, linksOf } from './links';
import { type MissingDocument, missingDocuments } from './missing-documents.policy';
import { traverse, type TraversalBounds } from './traverse';

export const LINEAGE_NODES_MAX = 2_000;
export const LINEAGE_DEPTH_DEFAULT = 6;
export const LINEAGE_DEPTH_MAX = 12;

/** `recorded`: events speak of it; `referenced`: only others name it; `missing`: expected, and nobody names it. */
export type NodeStatus = 'recorded' | 'referenced' | 'missing';

/** One object of a lineage; `missing` ones have no stream and no id. */
export interface LineageNode {
  readonly key: string;
  readonly status: NodeStatus;
  readonly type: string;
  readonly entity: string;
  readonly id?: string;
  /** steps from the object that was asked for */
  readonly depth: number;
  readonly state?: string;
  readonly amount?: JsonObject;
  readonly flags?: readonly string[];
  readonly firstAt?: string;
  readonly lastAt?: string;
  readonly missingSteps?: readonly JsonObject[];
  /** what is amiss with it, in words */
  readonly sentence?: string;
}

export interface LineageEdge {
  /** key of the object that named the other */
  readonly from: string;
  readonly to: string;
  readonly role: string;
  readonly way: 'up' | 'down' | 'aside';
  readonly at?: string;
  /** true where the document at its end is missing */
  readonly missing: boolean;
}

export interface Lineage {
  readonly root: string;
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  readonly frontier: readonly JsonObject[];
}

export type LineageBounds = Omit<TraversalBounds, 'nodesMax'> & { readonly nodesMax?: number };

/** What a lineage is read from: the rows as they stand, or as they stood at an earlier size of the log. */
export interface LineageReading {
  links(stream: string): readonly Link[];
  object(stream: string): FoldedObject | undefined;
}

/** The graph around one object: what was reported, what is only named, and what should be there and is not. */
export function lineageOf(db: ReadDb, stream: string, bounds: LineageBounds): Lineage {
  const reading: LineageReading = {
    links: (of) => linksOf(db, of),
    object: (of) => findObject(db, of),
  };
  return lineageFrom(reading, stream, bounds);
}

/** As `lineageOf`, from any reading. */
export function lineageFrom(
  reading: LineageReading,
  stream: string,
  bounds: LineageBounds,
): Lineage {
  const links = remembered((of) => reading.links(of));
  const {
    depths,
    links: found,
    frontier,
  } = traverse(stream, { nodesMax: LINEAGE_NODES_MAX, ...bounds }, links);
  const nodes: LineageNode[] = [];
  const edges: LineageEdge[] = found.map(edgeOf);
  for (const [key, depth] of depths) {
    const object = reading.object(key);
    nodes.push(
      object === undefined ? referencedNode(key, depth, found) : recordedNode(object, depth),
    );
    if (object === undefined) continue;
    for (const document of documentsMissingAt(object, links)) {
      const missing = missingNode(object, document, depth + 1);
      nodes.push(missing);
      edges.push({ from: key, to: missing.key, role: document.role, way: 'up', missing: true });
    }
  }
  return { root: stream, nodes, edges, frontier: frontier.map(frontierOf) };
}

function edgeOf({ own, other, role, way, at }: Link): LineageEdge {
  return { from: own, to: other, role, way, at, missing: false };
}

function frontierOf({
  stream,
  reason,
}: {
  readonly stream: string;
  readonly reason: string;
}): JsonObject {
  const { objectType: type, entity, key: id } = parseStreamName(stream);
  return { key: stream, type, entity, id, reason };
}

function recordedNode({ stream, fold, changedAt }: FoldedObject, depth: number): LineageNode {
  const { objectType: type, entity, key: id } = parseStreamName(stream);
  const definition = workflowOf(type, fold.lastAt?.slice(0, 10));
  const missing = definition === undefined ? [] : missingSteps(definition, fold.workflow);
  return {
    key: stream,
    status: 'recorded',
    type,
    entity,
    id,
    depth,
    state: fold.workflow.state,
    ...(fold.amount === undefined ? {} : { amount: { ...fold.amount } }),
    flags: fold.flags,
    firstAt: fold.firstAt ?? changedAt,
    lastAt: fold.lastAt ?? changedAt,
    missingSteps: missing.map((step) => ({ ...step, sentence: missingSentence(step) })),
  };
}

/** No system has reported the object itself: that, too, is something an auditor asks about. */
function referencedNode(stream: string, depth: number, links: readonly Link[]): LineageNode {
  const { objectType: type, entity, key: id } = parseStreamName(stream);
  const by = links.find((link) => link.other === stream);
  const named = by === undefined ? '' : ` It is named by ${wordsOf(by.own)}.`;
  const sentence = `No system has reported ${wordsOf(stream)}.${named}`;
  return { key: stream, status: 'referenced', type, entity, id, depth, sentence };
}

function missingNode(object: FoldedObject, document: MissingDocument, depth: number): LineageNode {
  const { objectType, entity, key: id } = parseStreamName(object.stream);
  const { type, step, at } = document;
  const sentence = missingDocumentSentence(type, { type: objectType, id, step, at });
  return {
    key: `missing:${type}:${object.stream}`,
    status: 'missing',
    type,
    entity,
    depth,
    sentence,
  };
}

function documentsMissingAt(
  { stream, fold }: FoldedObject,
  links: (stream: string) => readonly Link[],
): MissingDocument[] {
  const definition = workflowOf(parseStreamName(stream).objectType, fold.lastAt?.slice(0, 10));
  if (definition === undefined || definition.expects.length === 0) return [];
  const near = links(stream).filter(({ way }) => way !== 'aside');
  const isLinked = (type: string) =>
    near.some(({ other }) => isOfType(other, type)) ||
    near.some(({ other }) => links(other).some((link) => isOfType(link.other, type)));
  return missingDocuments(definition, fold.workflow, isLinked);
}

function isOfType(stream: string, type: string): boolean {
  return stream.startsWith(`${type.replaceAll('-', '_')}-`);
}

function wordsOf(stream: string): string {
  const { objectType, key } = parseStreamName(stream);
  return `${objectType.replaceAll('-', ' ')} ${key}`;
}

/** One object's links are asked for by the walk, by its neighbours and by what they miss. */
function remembered(read: (stream: string) => readonly Link[]) {
  const known = new Map<string, readonly Link[]>();
  return (stream: string): readonly Link[] => {
    let links = known.get(stream);
    if (links === undefined) known.set(stream, (links = read(stream)));
    return links;
  };
}
