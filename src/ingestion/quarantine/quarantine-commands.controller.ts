import { Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type BlobStore } from '../../blob-store';
import { type CommandContext, type Executed, Executor } from '../../commanding';
import { TieoutError } from '../../kernel/errors';
import { uuidV5 } from '../../kernel/ids';
import { listQuarantine, type QuarantineFilter } from '../../../projections/quarantine';
import { type ReadModel } from '../../../projections/read-model';
import {
  BLOBS,
  Command,
  type ContextOf,
  EXECUTOR,
  JsonBody,
  READ_MODEL,
  RECEIPTS,
  Scopes,
  writeHeaders,
} from '../../http';
import { type Receipts } from '../../sealing';
import { itemJson } from '../http/results-json';
import { quarantineItem, type ItemState } from './quarantine-item.decider';
import { itemStream } from './quarantine-ids';
import { AssignDto, DiscardDto, ReplayAllDto } from './quarantine.dto';
import { Replays } from './replay';

const LIMIT_DEFAULT = 1_000;

/** Working the quarantine: look at the bytes, try again, give to somebody, discard with a reason. */
@ApiTags('quarantine')
@Controller('v1/quarantine')
export class QuarantineCommandsController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(Replays) private readonly replays: Replays,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(RECEIPTS) private readonly receipts: Receipts,
  ) {}

  /** The bytes of the last delivery as they came; of a binary event, the headers too. */
  @Get(':id/bytes')
  @Scopes('ledger.read', 'quarantine.work')
  @ApiOperation({ summary: 'The bytes of the last delivery, as they came' })
  async bytes(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { delivery } = (await this.replays.load(id)).state;
    if (delivery === undefined) throw new TypeError('an item has a delivery');
    // Never as the type it was sent with: a browser must not take a stranger's bytes for a page.
    void reply
      .header('Content-Type', 'application/octet-stream')
      .header('Content-Disposition', `attachment; filename="${delivery.sha256}.bin"`)
      .header('Tieout-Media-Type', delivery.contentType)
      .header('Content-Length', delivery.bytes)
      .send(this.blobs.open(delivery.sha256));
  }

  /** Tries every open item that matches, oldest first; `dryRun` only says what would become of each. */
  @Post('replay')
  @HttpCode(200)
  @Scopes('quarantine.work')
  @ApiOperation({ summary: 'Try all that match a filter again, or preview it' })
  async replayAll(
    @JsonBody(ReplayAllDto) body: ReplayAllDto,
    @Command() contextOf: ContextOf,
  ): Promise<object> {
    const context = contextOf(body);
    const { filter, dryRun = false, limit = LIMIT_DEFAULT, expectedCount } = body;
    const ids = this.idsOf({ ...filter, status: 'open' }, limit);
    if (expectedCount !== undefined && expectedCount !== ids.length) {
      throw new TieoutError(
        'filter-moved',
        `The filter matches ${ids.length} items now. Preview it again.`,
        { count: ids.length },
      );
    }
    const outcomes = new Map<string, number>();
    for (const id of ids) {
      const outcome = dryRun ? await this.replays.preview(id) : await this.outcomeOf(id, context);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    return { dryRun, count: ids.length, outcomes: Object.fromEntries(outcomes) };
  }

  @Post(':id/replay')
  @HttpCode(200)
  @Scopes('quarantine.work')
  @ApiOperation({ summary: 'Try one item again' })
  async replay(
    @Param('id') id: string,
    @Command({ ifMatch: 'required' }) contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { result, item } = await this.replays.replay(id, contextOf());
    writeHeaders(reply, item);
    return itemJson(result, this.receipts, true);
  }

  @Post(':id/discard')
  @HttpCode(200)
  @Scopes('quarantine.work')
  @ApiOperation({ summary: 'Discard an item, with a reason' })
  async discard(
    @Param('id') id: string,
    @JsonBody(DiscardDto) body: DiscardDto,
    @Command({ ifMatch: 'required' }) contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    await this.replays.load(id);
    const command = { kind: 'discard', reason: body.reason } as const;
    return this.changed(
      id,
      await this.executor.execute({
        stream: itemStream(id),
        decider: quarantineItem,
        command,
        context: contextOf(body),
      }),
      reply,
    );
  }

  @Post(':id/assign')
  @HttpCode(200)
  @Scopes('quarantine.work')
  @ApiOperation({ summary: 'Give an item to somebody' })
  async assign(
    @Param('id') id: string,
    @JsonBody(AssignDto) body: AssignDto,
    @Command({ ifMatch: 'required' }) contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    await this.replays.load(id);
    const { owner, due } = body;
    const command = {
      kind: 'assign',
      assigned: { owner, ...(due === undefined ? {} : { due }) },
    } as const;
    return this.changed(
      id,
      await this.executor.execute({
        stream: itemStream(id),
        decider: quarantineItem,
        command,
        context: contextOf(body),
      }),
      reply,
    );
  }

  private changed(id: string, executed: Executed<ItemState>, reply: FastifyReply): object {
    writeHeaders(reply, executed);
    const { status, deliveries } = executed.state;
    return { id, status, deliveries, revision: Number(executed.revision) };
  }

  private idsOf(filter: QuarantineFilter, limit: number): readonly string[] {
    return this.readModel.query((db) =>
      listQuarantine(db, { filter, limit }).items.map((item) => String(item['id'])),
    );
  }

  /** Each item is a command of its own under the request's key, so that the request may be sent again after any failure. */
  private async outcomeOf(id: string, context: CommandContext): Promise<string> {
    const own = { ...context, idempotencyKey: uuidV5(id, context.idempotencyKey) };
    const { result } = await this.replays.replay(id, own);
    return 'error' in result ? result.error.code : result.result;
  }
}
