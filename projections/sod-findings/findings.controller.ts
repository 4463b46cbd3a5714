import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  amountRange,
  CLOCK,
  type Cursors,
  CURSORS,
  exportList,
  type ListFormat,
  listFormat,
  type PageRequest,
  Paging,
  PSEUDONYMS,
  READ_MODEL,
  Scopes,
  ValidQuery,
  type ViewedPage,
} from '../../src/http';
import { missingCritical } from '../../src/controls/rule-sets/version-conflicts.policy';
import { notFound } from '../../src/kernel/errors';
import { type JsonObject } from '../../src/kernel/json';
import { present } from '../../src/kernel/present';
import { type Clock, type Instant } from '../../src/kernel/runtime';
import { streamName } from '../../src/kernel/stream-name';
import { type Pseudonyms } from '../../src/privacy';
import { ruleBookIn } from '../control-registers';
import { type ReadDb, type ReadModel } from '../read-model';
import { type FindingDetail } from './finding-detail';
import { FINDING_CSV } from './finding-columns';
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
  @ApiProduces('application/json', 'application/x-ndjson', 'text/csv')
  list(
    @ValidQuery(FindingsQuery) query: FindingsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const filter = filterOf(query, query.asOf ?? this.clock.now());
    const format = listFormat(request);
    if (format !== 'json') return this.exported(format, filter, reply);
    const paging = new Paging(this.cursors, 'findings', query);
    return this.readModel.query((db) => {
      const page = listFindings(db, { filter, ...paging.request });
      const items = page.items.map((finding) => this.named(finding));
      const count = query.count === 'exact' ? { count: countFindings(db, filter) } : {};
      const more = { ...count, ...this.weaknesses(db) };
      return paging.send({ ...page, items }, { request, reply }, more);
    });
  }

  @Get(':id')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'One finding with every event that proves it' })
  one(@Param('id') id: string): object {
    const { finding, weaknesses } = this.readModel.query((db) => ({
      finding: findFinding(db, { id, now: this.clock.now() }),
      weaknesses: this.weaknesses(db),
    }));
    if (finding === undefined) throw notFound(`The finding ${id}`);
    return {
      ...this.named(finding),
      ...weaknesses,
      events: finding.events.map((event) => this.namedEvent(event)),
    };
  }

  /** What the rules of today cannot find is said beside what they find. */
  private weaknesses(db: ReadDb): JsonObject {
    const { rules, isInForce } = ruleBookIn(db).ruleSetOn(this.clock.now().slice(0, 10));
    const missing = missingCritical(rules);
    return {
      ...(missing.length === 0 ? {} : { missingCritical: missing }),
      ...(isInForce ? {} : { noRuleSetInForce: true }),
    };
  }

  /** All of them: in CSV with the columns of a spreadsheet, in NDJSON as on the pages. */
  private exported(
    format: Exclude<ListFormat, 'json'>,
    filter: FindingFilter,
    reply: FastifyReply,
  ): object {
    const page = (request: PageRequest): ViewedPage<FindingSummary> =>
      this.readModel.query((db) => {
        const found = listFindings(db, { filter, ...request });
        const items = found.items.map((finding) =>
          format === 'csv' ? finding : this.named(finding),
        );
        return { ...found, items: items as FindingSummary[] };
      });
    return exportList(format, { columns: FINDING_CSV, page, name: 'findings' }, reply);
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
  const { rule, kind, severity, status, person, owner, work, object } = query;
  const { raisedBefore, lastFrom } = query;
  const amount = amountRange(query);
  return {
    now,
    ...present({ rule, kind, severity, status, person, owner, work, raisedBefore, lastFrom }),
    ...(object === undefined ? {} : { object: streamOf(object) }),
    ...(amount === undefined ? {} : { amount }),
  };
}

/** `invoice/E_DE/INV-1`; what follows the second slash is the id, slashes too. */
function streamOf(text: string): string {
  const [, type = '', entity = '', id = ''] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(text) ?? [];
  return streamName(type, entity, id);
}
