import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { LOG_READER, Scopes } from '../http';
import { notFound } from '../kernel/errors';
import { type TilePath, readTilePath } from './tile-path';
import { type TileReader } from './tile-reader';

const TILE_WIDTH = 256;
/** What is below a size never changes. */
const IMMUTABLE = 'private, max-age=31536000, immutable';

/** The log in C2SP tlog-tiles form, for tools and mirrors that know the format and not this service. */
@ApiTags('log')
@Controller('v1/log')
export class TileController {
  constructor(@Inject(LOG_READER) private readonly log: TileReader) {}

  @Get('tile/*')
  @Scopes('log.read')
  @ApiOperation({
    summary:
      'A hash tile `{L}/{N}[.p/{W}]` or a bundle of entries `entries/{N}[.p/{W}]`, C2SP tlog-tiles',
  })
  @ApiProduces('application/octet-stream')
  tile(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    const bytes = Buffer.from(this.read(request.url.slice('/v1/log/'.length)));
    void reply
      .header('Content-Type', 'application/octet-stream')
      .header('Cache-Control', IMMUTABLE);
    return bytes;
  }

  /** @param path as it was sent: an escaped spelling would be a second name of the same tile */
  private read(path: string): Uint8Array {
    const named: TilePath | undefined = readTilePath(path);
    if (named === undefined || named.n > BigInt(Number.MAX_SAFE_INTEGER))
      throw notFound('That tile');
    const n = Number(named.n);
    const width = named.width === 0 ? TILE_WIDTH : named.width;
    return named.level === 'entries'
      ? this.log.bundle(n, width)
      : this.log.tile(named.level, n, width);
  }
}
