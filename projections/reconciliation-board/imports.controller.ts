import { Controller, Get, Inject, Param, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type BlobStore } from '../../src/blob-store';
import { BLOBS, etag, PageQuery, Scopes, ValidQuery } from '../../src/http';
import { fileTypeOf } from '../../src/reconciliation/sources/source.policy';
import {
  type BatchView,
  countBatches,
  countBatchLines,
  countRejects,
  findBatch,
  listBatches,
  listBatchLines,
  listRejects,
  statementsOf,
} from './imports.view';
import { ReconPages } from './recon-pages';
import { ImportsQuery } from './recon.dto';

/** Imported statement files with their control totals. */
@ApiTags('reconciliation')
@Controller('v1/recon')
export class ImportsViewController {
  constructor(
    @Inject(ReconPages) private readonly pages: ReconPages,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @Get('imports')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Imported statement files, the newest first' })
  imports(
    @ValidQuery(ImportsQuery) query: ImportsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const filter = { source: query.source, entity: query.entity };
    return this.pages.page(
      { list: 'imports', query, request, reply },
      {
        page: (db, after, limit) => listBatches(db, filter, after?.[0], limit),
        count: (db) => countBatches(db, filter),
      },
    );
  }

  @Get('imports/:id')
  @Scopes('ledger.read')
  @ApiOperation({
    summary: 'One import with control totals stated and computed, and the verdict of each control',
  })
  import(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): object {
    const found = this.pages.one(`The import ${id}`, (db) => {
      const batch = findBatch(db, id);
      return batch === undefined ? undefined : { ...batch, statements: statementsOf(db, id) };
    });
    void reply.header('ETag', etag(found.revision));
    return found;
  }

  @Get('imports/:id/file')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'The imported file, byte for byte' })
  file(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    const { file, format } = this.batch(id);
    const { type, extension } = fileTypeOf(format);
    void reply.header(
      'Repr-Digest',
      `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
    );
    return new StreamableFile(this.blobs.open(file.sha256), {
      type,
      disposition: `attachment; filename="${file.sha256}.${extension}"`,
      length: file.bytes,
    });
  }

  @Get('imports/:id/rejects')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Rows that could not be read, with reason, place and content' })
  rejects(
    @Param('id') id: string,
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    this.batch(id);
    return this.pages.page(
      { list: `rejects of ${id}`, query, request, reply },
      {
        page: (db, after, limit) => listRejects(db, id, after?.[0] ?? '-1', limit),
        count: (db) => countRejects(db, id),
      },
    );
  }

  @Get('imports/:id/lines')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Lines of the file, and whether it brought them' })
  lines(
    @Param('id') id: string,
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    this.batch(id);
    return this.pages.page(
      { list: `lines of ${id}`, query, request, reply },
      {
        page: (db, after, limit) => listBatchLines(db, id, after?.[0] ?? '-1', limit),
        count: (db) => countBatchLines(db, id),
      },
    );
  }

  private batch(id: string): BatchView {
    return this.pages.one(`The import ${id}`, (db) => findBatch(db, id));
  }
}
