import { Controller, Get, Headers, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Config } from '../../src/config';
import { type EntryIds } from '../../src/event-store';
import { indexOfPosition } from '../../src/event-store/sqlite';
import {
  amountRange,
  CONFIG,
  type Cursors,
  CURSORS,
  instantRange,
  LOG_READER,
  Paging,
  READ_MODEL,
  Scopes,
  STORE,
  ValidQuery,
} from '../../src/http';
import { notFound } from '../../src/kernel/errors';
import { isUuid, sourceEventId } from '../../src/kernel/ids';
import { type JsonObject } from '../../src/kernel/json';
import { streamName } from '../../src/kernel/stream-name';
import { type ReadModel } from '../read-model';
import { maskOfFlag } from '../workflow-state';
import { type EventFilter } from './event-filter';
import { EventsQuery } from './events.dto';
import { cloudEventAt, countEvents, findEvent, listEvents, listSources } from './events.view';
import { type LogEntries, logEntryAt } from './log-entries';

/** Ids of the ledger's own events follow from commands, not from what stands in their source. */
const OWN_SYSTEM = 'tieout';

/** What was recorded, event by event, as CloudEvents. */
@ApiTags('events')
@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
    @Inject(LOG_READER) private readonly log: LogEntries,
    @Inject(STORE) private readonly ids: EntryIds,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Events in log order or newest first, narrowed by what is asked' })
  async list(
    @ValidQuery(EventsQuery) query: EventsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const paging = new Paging(this.cursors, 'events', query);
    const filter = { ...filterOf(query), ...(await this.byId(query)) };
    const order = query.order ?? 'asc';
    return this.readModel.query((db) => {
      const page = listEvents(db, { filter, order, ...paging.request }, this.reading);
      const count = query.count === 'exact' ? { count: countEvents(db, filter) } : {};
      return paging.send(page, { request, reply }, count);
    });
  }

  @Get(':id')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'One event; Prefer: return=representation adds the entry as stored' })
  async one(
    @Param('id') id: string,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonObject> {
    const index = await this.indexOf(id);
    // The log is ahead of the read model: an event is found as soon as it is recorded, its flags a moment later.
    const row = this.readModel.query((db) => findEvent(db, index)) ?? {
      idx: BigInt(index),
      position: `s.${index + 1}`,
      flags: null,
    };
    const event = cloudEventAt(row, this.reading);
    void reply.header('Content-Type', 'application/cloudevents+json');
    if (!/\breturn=representation\b/.test(prefer ?? '')) return event;
    void reply.header('Preference-Applied', 'return=representation');
    return { ...event, entry: Buffer.from(logEntryAt(this.log, index).bytes).toString('utf8') };
  }

  private get reading() {
    return { log: this.log, origin: this.config.origin };
  }

  private async indexOf(id: string): Promise<number> {
    const [index] = isUuid(id) ? await this.indexesOf([id]) : [];
    if (index === undefined) throw notFound(`The event ${id}`);
    return index;
  }

  /**
   * Ids need no index of their own: an event's id follows from its source and the sender's id, and the log finds it. So a
   * whole id, ours or a sender's, is looked up; anything else is the beginning of some number.
   */
  private async byId({ q, source, sourceId }: EventsQuery): Promise<EventFilter> {
    const bySender =
      source === undefined || sourceId === undefined || source === OWN_SYSTEM
        ? undefined
        : await this.indexesOf([this.idOf(source, sourceId)]);
    const byText = q === undefined ? undefined : await this.indexesOf(this.idsOf(q));
    if (byText === undefined || byText.length === 0) {
      return {
        ...(bySender === undefined ? {} : { indexes: bySender }),
        ...(q === undefined ? {} : { text: q }),
      };
    }
    return { indexes: byText.filter((index) => bySender?.includes(index) ?? true) };
  }

  /** Every event id that the text may stand for. */
  private idsOf(text: string): string[] {
    const ids = this.readModel.query(listSources).map((system) => this.idOf(system, text));
    return isUuid(text) ? [text, ...ids] : ids;
  }

  private idOf(system: string, sourceId: string): string {
    return sourceEventId(this.config.origin, system, sourceId);
  }

  private async indexesOf(ids: readonly string[]): Promise<number[]> {
    const placed = await this.ids.find(ids);
    return [...placed.values()].map(({ position }) => indexOfPosition(position));
  }
}

function filterOf(query: EventsQuery): EventFilter {
  const { type, entity, source, sourceId, actor, person, correlation, causation, flag } = query;
  const { occurredFrom, occurredTo, recordedFrom, recordedTo } = query;
  const amount = amountRange(query);
  return {
    ...given({ type, entity, source, sourceId, actor, person, correlation, causation }),
    ...objectFilter(query.object),
    ...(flag === undefined ? {} : { flag: maskOfFlag(flag) }),
    ...(amount === undefined ? {} : { amount }),
    occurred: instantRange('occurred', occurredFrom, occurredTo),
    recorded: instantRange('recorded', recordedFrom, recordedTo),
  };
}

/** `invoice`, or `invoice/E_DE/INV-1`; what follows the second slash is the id, slashes too. */
function objectFilter(text: string | undefined): EventFilter {
  if (text === undefined) return {};
  const [, type = '', entity, id] = /^([^/]+)(?:\/([^/]+)\/(.+))?$/.exec(text) ?? [];
  if (entity === undefined || id === undefined) return { object: type };
  return { stream: streamName(type, entity, id) };
}

function given(members: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
