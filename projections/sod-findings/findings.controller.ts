import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  amountRange,
  CLOCK,
  type Cursors,
  CURSORS,
  Paging,
  PSEUDONYMS,
  READ_MODEL,
  Scopes,
  ValidQuery,
} from '../../src/http';
import { notFound } from '../../src/kernel/errors';
import { type Clock, type Instant } from '../../src/kernel/runtime';
import { streamName } from '../../src/kernel/stream-name';
import { type Pseudonyms } from '../../src/privacy';
import { type ReadModel } from '../read-model';
import { type FindingDetail } from './finding-detail';
import { type FindingSummary } from './finding-json';
import { countFindings, type FindingFilter, findFinding, listFindings } from './findings.view';
import { FindingsQuery } from './findings.dto';

/** Who acted on both sides of a rule, and what cannot be told yet. */
@ApiTags('findings')
@Controller('v1/findings')
export class FindingsController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
    @Inject(PSEUDONYMS) private readonly pseudonyms: Pseudonyms,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Scopes('ledger.read')
  @ApiOperation({
    summary: 'Findings, the most severe and latest first, narrowed by what is asked',
  })
  list(
    @ValidQuery(FindingsQuery) query: FindingsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, 'findings', query);
    const filter = filterOf(query, this.clock.now());
    return this.readModel.query((db) => {
      const page = listFindings(db, { filter, ...paging.request });
      const items = page.items.map((finding) => this.named(finding));
      const count = query.count === 'exact' ? { count: countFindings(db, filter) } : {};
      return paging.send({ ...page, items }, { request, reply }, count);
    });
  }

  @Get(':id')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'One finding with every event that proves it' })
  one(@Param('id') id: string): object {
    const finding = this.readModel.query((db) => findFinding(db, { id, now: this.clock.now() }));
    if (finding === undefined) throw notFound(`The finding ${id}`);
    return {
      ...this.named(finding),
      events: finding.events.map((event) => this.namedEvent(event)),
    };
  }

  /** Whoever reads the ledger may know the names of accounts; who has to map one needs them. */
  private named(finding: FindingSummary): object {
    const missing = finding.missing.map(({ account, reason }) => ({
      account: this.accountOf(account),
      reason,
    }));
    return { ...finding, missing };
  }

  private namedEvent(event: FindingDetail['events'][number]): object {
    const { account, onBehalfOf, initiatedBy } = event;
    return {
      ...event,
      account: this.accountOf(account),
      ...(onBehalfOf === undefined ? {} : { onBehalfOf: this.accountOf(onBehalfOf) }),
      ...(initiatedBy === undefined ? {} : { initiatedBy: this.accountOf(initiatedBy) }),
    };
  }

  private accountOf(id: string): object {
    return { id, ...this.pseudonyms.accountOf(id) };
  }
}

function filterOf(query: FindingsQuery, now: Instant): FindingFilter {
  const { rule, severity, status, person, owner, work, object } = query;
  const amount = amountRange(query);
  return {
    now,
    ...(rule === undefined ? {} : { rule }),
    ...(severity === undefined ? {} : { severity }),
    ...(status === undefined ? {} : { status }),
    ...(person === undefined ? {} : { person }),
    ...(owner === undefined ? {} : { owner }),
    ...(work === undefined ? {} : { work }),
    ...(object === undefined ? {} : { object: streamOf(object) }),
    ...(amount === undefined ? {} : { amount }),
  };
}

/** `invoice/E_DE/INV-1`; what follows the second slash is the id, slashes too. */
function streamOf(text: string): string {
  const [, type = '', entity = '', id = ''] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(text) ?? [];
  return streamName(type, entity, id);
}
