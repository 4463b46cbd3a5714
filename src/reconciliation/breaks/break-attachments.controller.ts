import {
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { breakPapers } from '../../../projections/reconciliation-board/break-work.view';
import { findBreak } from '../../../projections/reconciliation-board/breaks.view';
import { ReconPages } from '../../../projections/reconciliation-board/recon-pages';
import { type BlobStore } from '../../blob-store';
import { type Config } from '../../config';
import { ControlRegisters } from '../../controls';
import {
  BLOBS,
  bodyStream,
  type Caller,
  CallerParam,
  Command,
  CONFIG,
  type ContextOf,
  Scopes,
  writeHeaders,
} from '../../http';
import { notFound, TieoutError } from '../../kernel/errors';
import { BreakWork } from './work-on-break.command';

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/;
const PLAIN = 'application/octet-stream';

/** Files beside breaks: their hash is in the ledger, their bytes in the blob store. */
@ApiTags('reconciliation')
@Controller('v1/recon/breaks/:id/attachments')
export class BreakAttachmentsController {
  constructor(
    @Inject(BreakWork) private readonly work: BreakWork,
    @Inject(ControlRegisters) private readonly registers: ControlRegisters,
    @Inject(ReconPages) private readonly pages: ReconPages,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @HttpCode(201)
  @Scopes('recon.work', 'recon.review')
  @ApiOperation({ summary: 'File something beside a break; the body is the file' })
  async attach(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @Req() request: FastifyRequest,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    this.pages.one(`The break ${id}`, (db) => findBreak(db, id));
    const mediaType = mediaTypeOf(request.headers['content-type']);
    const max = this.config.limits.attachmentBytesMax;
    const { sha256, bytes } = await this.blobs.put(bodyStream(request), max);
    if (bytes === 0) throw new TieoutError('malformed', 'The file is empty. Send its bytes.');
    const by = await this.registers.partyWithDelegates(caller);
    const wish = { kind: 'attach', sha256, bytes, mediaType } as const;
    const context = contextOf({ sha256, mediaType });
    const executed = await this.work.decide(id, wish, { by, context });
    const location = `/v1/recon/breaks/${id}/attachments/${sha256}`;
    writeHeaders(reply, { ...executed, location });
    return { id, sha256, bytes, mediaType };
  }

  @Get(':sha256')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'A file beside a break, byte for byte' })
  read(
    @Param('id') id: string,
    @Param('sha256') sha256: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): StreamableFile {
    const { attachments } = this.pages.read((db) => breakPapers(db, id));
    const found = attachments.find((one) => one.sha256 === sha256);
    if (found === undefined || !this.blobs.has(sha256)) throw notFound(`The attachment ${sha256}`);
    const digest = Buffer.from(sha256, 'hex').toString('base64');
    void reply.header('Repr-Digest', `sha-256=:${digest}:`);
    // Never shown by a browser as what its sender says it is.
    return new StreamableFile(this.blobs.open(sha256), {
      type: PLAIN,
      disposition: `attachment; filename="${sha256}"`,
      length: found.bytes,
    });
  }
}

/** @throws TieoutError `media-type-unknown` */
function mediaTypeOf(header: string | undefined): string {
  const mediaType = (header ?? PLAIN).split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (MEDIA_TYPE.test(mediaType)) return mediaType;
  throw new TieoutError(
    'media-type-unknown',
    'Content-Type is a media type, such as application/pdf.',
  );
}
