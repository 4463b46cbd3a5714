import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  CLOCK,
  type Cursors,
  CURSORS,
  isNotModified,
  Paging,
  READ_MODEL,
  Scopes,
  ValidQuery,
} from '../../src/http';
import { notFound } from '../../src/kernel/errors';
import { addMillis } from '../../src/kernel/instant';
import { type JsonObject } from '../../src/kernel/json';
import { type Clock } from '../../src/kernel/runtime';
import { type ReadModel } from '../read-model';
import { QuarantineQuery } from './quarantine.dto';
import { findQuarantineItem, listQuarantine, type QuarantineFilter } from './quarantine.view';

/** What could not be accepted, and what became of it. */
@ApiTags('quarantine')
@Controller('v1/quarantine')
export class QuarantineController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Scopes('ledger.read', 'quarantine.work')
  @ApiOperation({ summary: 'Quarantined deliveries, the oldest first; open ones by default' })
  list(
    @ValidQuery(QuarantineQuery) query: QuarantineQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, 'quarantine', query);
    const filter = this.filterOf(query);
    return this.readModel.query((db) =>
      paging.send(listQuarantine(db, { filter, ...paging.request }), { request, reply }),
    );
  }

  @Get(':id')
  @Scopes('ledger.read', 'quarantine.work')
  @ApiOperation({ summary: 'One quarantined delivery with every field that was refused' })
  one(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): JsonObject | undefined {
    const item = this.readModel.query((db) => findQuarantineItem(db, id));
    if (item === undefined) throw notFound(`The quarantine item ${id}`);
    return isNotModified(request, reply, Number(item['revision'])) ? undefined : item;
  }

  private filterOf(query: QuarantineQuery): QuarantineFilter {
    const { status = 'open', cause, code, source, owner, age } = query;
    return {
      ...(status === 'all' ? {} : { status }),
      ...(cause === undefined ? {} : { cause }),
      ...(code === undefined ? {} : { code }),
      ...(source === undefined ? {} : { source }),
      ...(owner === undefined ? {} : { owner }),
      ...(age === undefined ? {} : { before: addMillis(this.clock.now(), -durationMs(age)) }),
    };
  }
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Days, hours and minutes of an ISO 8601 duration, whose form the query has checked. */
function durationMs(text: string): number {
  const [, days = '0', hours = '0', minutes = '0'] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text) ?? [];
  return Number(days) * DAY_MS + Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
}
