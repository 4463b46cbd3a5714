import {
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type BlobStore } from '../../blob-store';
import {
  BLOBS,
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  hashMatch,
  JsonBody,
  Scopes,
} from '../../http';
import { notFound } from '../../kernel/errors';
import { SignOffWatch } from '../sign-off/sign-off-watch';
import { ClosingDesk } from './closing-desk';
import { CertifyDto, LockDto, ReasonDto } from './period.dto';
import { type PeriodName } from './period-desk';
import { type PeriodClosed } from './period.events';
import { answered } from './periods.controller';

/** Certification, closing and locking, and the files that they seal. */
@ApiTags('close')
@Controller('v1/periods/:entity/:period')
export class ClosingController {
  constructor(
    @Inject(ClosingDesk) private readonly desk: ClosingDesk,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(SignOffWatch) private readonly watch: SignOffWatch,
  ) {}

  @Get('snapshot')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'What was closed last, or would be closed now; the ETag is its hash' })
  async snapshot(
    @Param() name: PeriodName,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { sha256, bytes } = await this.desk.snapshotFile(name);
    void reply.header('ETag', `"${sha256}"`);
    return new StreamableFile(this.blobs.open(sha256), {
      type: 'application/x-ndjson',
      length: bytes,
    });
  }

  @Get('guards')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Every condition of the close, met or not, each with a link' })
  async guards(@Param() name: PeriodName): Promise<object> {
    return { ...name, items: (await this.desk.view(name)).guards };
  }

  @Get('roll-forward')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Opening + new - cleared = closing, by definition, side and currency' })
  rollForward(@Param() name: PeriodName): Promise<object> {
    return this.desk.rollForward(name);
  }

  @Get('delta')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'What the last closing version changed against the one before it' })
  async delta(
    @Param() name: PeriodName,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const closing = await this.desk.lastClosing(name);
    if (closing?.delta === undefined)
      throw notFound(`A second closing version of ${name.period} of ${name.entity}`);
    const { sha256, bytes } = closing.delta;
    void reply.header('ETag', `"${sha256}"`);
    return new StreamableFile(this.blobs.open(sha256), {
      type: 'application/x-ndjson',
      length: bytes,
    });
  }

  @Post('certification')
  @HttpCode(201)
  @Scopes('close.certify')
  @ApiOperation({ summary: 'Certify the period; If-Match is the hash of its snapshot' })
  async certify(
    @Param() { entity, period }: PeriodName,
    @CallerParam() caller: Caller,
    @JsonBody(CertifyDto) { statement }: CertifyDto,
    @Command({ ifMatch: 'hash' }) contextOf: ContextOf,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const hash = hashMatch(ifMatch);
    const call = { caller, context: contextOf({ statement, hash }) };
    await this.watch.round();
    const executed = await this.desk.certify(name, { statement, hash }, call);
    return { ...answered(name, executed, reply), certified: executed.state.certified };
  }

  @Post('close')
  @HttpCode(200)
  @Scopes('close.certify')
  @ApiOperation({ summary: 'Close the period: no entries from here; a closing version is sealed' })
  async close(
    @Param() { entity, period }: PeriodName,
    @CallerParam() caller: Caller,
    @Command({ ifMatch: 'required' }) contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    await this.watch.round();
    const executed = await this.desk.close(name, { caller, context: contextOf() });
    return { ...answered(name, executed, reply), closing: lastOf(executed.state.closings) };
  }

  @Post('lock')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Lock a closed period for good, with the reference of the audit' })
  async lock(
    @Param() { entity, period }: PeriodName,
    @CallerParam() caller: Caller,
    @JsonBody(LockDto) body: LockDto,
    @Command({ ifMatch: 'required' }) contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const call = { caller, context: contextOf(body) };
    return answered(name, await this.desk.lock(name, body.reference, call), reply);
  }

  @Post('reconciliations/:definition/waive')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({
    summary: 'Let a required reconciliation off, with a reason; not by its preparer',
  })
  async waive(
    @Param() { entity, period, definition }: PeriodName & { readonly definition: string },
    @CallerParam() caller: Caller,
    @JsonBody(ReasonDto) { reason }: ReasonDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = { entity, period };
    const call = { caller, context: contextOf({ reason }) };
    const executed = await this.desk.waive(name, { definition, reason }, call);
    return { ...answered(name, executed, reply), waived: executed.state.waived };
  }
}

const lastOf = (closings: readonly PeriodClosed[]): PeriodClosed | undefined => closings.at(-1);
