import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type EventStore } from '../../src/event-store';
import { indexOfPosition } from '../../src/event-store/sqlite';
import {
  amountRange,
  type Cursors,
  CURSORS,
  isNotModified,
  LOG_READER,
  Paging,
  READ_MODEL,
  Scopes,
  STORE,
  ValidQuery,
} from '../../src/http';
import { parseCivilDate } from '../../src/kernel/civil-date';
import { notFound, TieoutError } from '../../src/kernel/errors';
import { parseInstant } from '../../src/kernel/instant';
import { type JsonObject } from '../../src/kernel/json';
import { parseStreamName, streamName } from '../../src/kernel/stream-name';
import { type LogEntries } from '../events';
import { LINEAGE_DEPTH_DEFAULT, lineageOf, type Link, linksOf } from '../lineage';
import { type ReadModel, type Snapshot } from '../read-model';
import {
  countObjects,
  findObject,
  type FoldedObject,
  listObjects,
  objectJson,
  type ObjectFilter,
  totalsOf,
} from '../workflow-state';
import { type AsOf, objectAfter, type ObjectEvent, objectEvents } from './object-events';
import { AsOfQuery, LineageQuery, ObjectPath, ObjectQuery, ObjectsQuery } from './objects.dto';
import { type OpenWork, openWorkOf } from './open-work.view';
import { revisionsOf } from './revisions.view';
import { timelineOf } from './timeline.view';

/** Objects of the business: where each stands, what happened to it, and what it hangs together with. */
@ApiTags('objects')
@Controller('v1/objects')
export class ObjectsController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
    @Inject(LOG_READER) private readonly log: LogEntries,
    @Inject(STORE) private readonly store: Pick<EventStore, 'positions'>,
  ) {}

  @Get()
  @Scopes('ledger.read')
  @ApiOperation({
    summary: 'Objects with their state, narrowed by what is asked; count and totals',
  })
  list(
    @ValidQuery(ObjectsQuery) query: ObjectsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, 'objects', query);
    const filter = filterOf(query);
    return this.readModel.query((db) => {
      const page = listObjects(db, { filter, ...paging.request });
      return paging.send(
        page,
        { request, reply },
        {
          ...(query.count === 'exact' ? { count: countObjects(db, filter) } : {}),
          ...(query.totals === 'yes' ? { totals: totalsOf(db, filter) } : {}),
        },
      );
    });
  }

  @Get(':type/:entity/:id')
  @Scopes('ledger.read')
  @ApiOperation({
    summary: 'One object: state, each system’s side, disagreements, what is missing',
  })
  one(
    @Param() path: ObjectPath,
    @ValidQuery(ObjectQuery) query: ObjectQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): JsonObject | undefined {
    const stream = streamOf(path);
    const effectiveOn =
      query.effectiveOn === undefined
        ? undefined
        : parseCivilDate(query.effectiveOn, 'effectiveOn');
    const asOf = this.asOf(query);
    return this.readModel.query((db) => {
      const object = this.objectAt(db, stream, asOf);
      if (isNotModified(request, reply, object.revision)) return undefined;
      const related = linksOf(db, stream).map(relatedJson);
      const work = workJson(isNow(asOf) ? openWorkOf(db, stream) : []);
      return { ...objectJson(object, effectiveOn), related, ...work, ...asOfPosition(db) };
    });
  }

  @Get(':type/:entity/:id/revisions')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Every revision of an object and what each changed' })
  revisions(@Param() path: ObjectPath, @ValidQuery(AsOfQuery) query: AsOfQuery): JsonObject {
    const stream = streamOf(path);
    return this.readModel.query((db) => {
      const events = this.eventsAt(db, stream, this.asOf(query));
      return { items: revisionsOf(events), ...asOfPosition(db) };
    });
  }

  @Get(':type/:entity/:id/timeline')
  @Scopes('ledger.read')
  @ApiOperation({
    summary: 'What happened to an object in sentences, missing steps in their place',
  })
  timeline(@Param() path: ObjectPath, @ValidQuery(AsOfQuery) query: AsOfQuery): JsonObject {
    const stream = streamOf(path);
    const asOf = this.asOf(query);
    return this.readModel.query((db) => {
      const events = this.eventsAt(db, stream, asOf);
      const object = objectAfter(stream, events) ?? refuse(stream);
      const work = isNow(asOf) ? openWorkOf(db, stream) : [];
      return { items: timelineOf(object, events, work), ...asOfPosition(db) };
    });
  }

  @Get(':type/:entity/:id/lineage')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'The documents around an object, with those that are missing' })
  lineage(@Param() path: ObjectPath, @ValidQuery(LineageQuery) query: LineageQuery): object {
    const stream = streamOf(path);
    const direction = query.direction ?? 'both';
    const depth = query.depth === undefined ? LINEAGE_DEPTH_DEFAULT : Number(query.depth);
    return this.readModel.query((db) => {
      const graph = lineageOf(db, stream, { direction, depth });
      const [root] = graph.nodes;
      if (root?.status !== 'recorded' && graph.nodes.length === 1) refuse(stream);
      return { ...graph, direction, depth, ...asOfPosition(db) };
    });
  }

  private asOf({ asOf, asOfPosition: position }: AsOfQuery): AsOf {
    if (asOf !== undefined && position !== undefined) {
      throw new TieoutError('malformed', 'Send asOf or asOfPosition, not both.');
    }
    if (asOf !== undefined) return { instant: parseInstant(asOf, 'asOf') };
    if (position !== undefined)
      return { index: indexOfPosition(this.store.positions.parse(position)) };
    return {};
  }

  private objectAt(db: Snapshot, stream: string, asOf: AsOf): FoldedObject {
    const object = isNow(asOf)
      ? findObject(db, stream)
      : objectAfter(stream, objectEvents(db, stream, this.log, asOf));
    return object ?? refuse(stream);
  }

  private eventsAt(db: Snapshot, stream: string, asOf: AsOf): ObjectEvent[] {
    const events = objectEvents(db, stream, this.log, asOf);
    return events.length === 0 ? refuse(stream) : events;
  }
}

/** Findings and breaks are of today: what they rest on may be younger than the past that was asked for. */
function isNow({ instant, index }: AsOf): boolean {
  return instant === undefined && index === undefined;
}

function workJson(work: readonly OpenWork[]): JsonObject {
  const of = (wanted: OpenWork['kind']) =>
    work.filter(({ kind }) => kind === wanted).map(({ summary }) => summary);
  return { findings: of('finding'), breaks: of('break') };
}

function streamOf({ type, entity, id }: ObjectPath): string {
  return streamName(type, entity, id);
}

function refuse(stream: string): never {
  const { objectType, entity, key } = parseStreamName(stream);
  throw notFound(`${objectType}/${entity}/${key}`);
}

function asOfPosition({ position }: Snapshot): JsonObject {
  return position === undefined ? {} : { asOfPosition: position };
}

/** `named`: this object named the other; otherwise the other named it. */
function relatedJson({ other, role, way, named, at }: Link): JsonObject {
  const { objectType: type, entity, key: id } = parseStreamName(other);
  return { type, entity, id, role, way, named, at };
}

function filterOf(query: ObjectsQuery): ObjectFilter {
  const { type, entity, state, system, disagreement, step, missingStep, flag, changedSince } =
    query;
  const amount = amountRange(query);
  return {
    ...(type === undefined ? {} : { type }),
    ...(entity === undefined ? {} : { entity }),
    ...(state === undefined ? {} : { state }),
    ...(system === undefined ? {} : { system }),
    ...(disagreement === undefined ? {} : { disagreement }),
    ...(step === undefined ? {} : { step }),
    ...(missingStep === undefined ? {} : { missingStep }),
    ...(flag === undefined ? {} : { flag }),
    ...(amount === undefined ? {} : { amount }),
    ...(changedSince === undefined
      ? {}
      : { changedSince: parseInstant(changedSince, 'changedSince') }),
  };
}
