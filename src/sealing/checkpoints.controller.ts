import { Controller, Get, Header, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { notFound } from '../kernel/errors';
import { LOG_READER, Public, readBody, Scopes, ValidQuery, wholeNumber } from '../http';
import { type AnchorFolder } from './anchor-folder';
import { type Cosigning } from './cosigning';
import { AnchoredQuery, WitnessLinesQuery } from './log.dto';
import { type LogReader } from './log-reader';
import { NOTE_BYTES_MAX, readNote } from './note';

export const ANCHORS = Symbol('anchors');
export const COSIGNING = Symbol('cosigning');

const LIST_MAX = 100;

/** Checkpoints as they were released, with what witnesses and timestamping authorities said about them. */
@ApiTags('log')
@Controller('v1/log')
export class CheckpointsController {
  constructor(
    @Inject(LOG_READER) private readonly log: LogReader,
    @Inject(ANCHORS) private readonly anchors: AnchorFolder,
    @Inject(COSIGNING) private readonly cosigning: Cosigning | null,
  ) {}

  @Get('checkpoint')
  @Public('if-log-public')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'The newest checkpoint, a C2SP signed note, with all lines there are' })
  @ApiProduces('text/plain')
  newest(): string {
    const { size } = this.log.checkpoint();
    return this.noteAt(size);
  }

  @Get('checkpoints')
  @Public('authenticated')
  @ApiOperation({
    summary: 'Anchored checkpoints, the newest first: who cosigned, whether a token is there',
  })
  list(@ValidQuery(AnchoredQuery) query: AnchoredQuery): object {
    const before = query.before === undefined ? Infinity : wholeNumber(query.before, 'before');
    const sizes = this.anchors.sizes().filter((size) => size < before);
    const page = sizes.slice(-LIST_MAX).reverse();
    const next = sizes.length > page.length ? page.at(-1) : undefined;
    const items = page.map((size) => {
      const { lines } = readNote(this.noteAt(size));
      const signatures = lines.map(({ name, keyId }) => `${name}+${keyId}`);
      return { size, signatures, isTimestamped: this.anchors.token(size) !== undefined };
    });
    return { items, ...(next === undefined ? {} : { before: next }) };
  }

  @Get('checkpoints/:size')
  @Public('authenticated')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'The checkpoint of a size at which a commit ended' })
  @ApiProduces('text/plain')
  at(@Param('size') size: string): string {
    return this.noteAt(wholeNumber(size, 'size'));
  }

  @Get('checkpoints/:size/timestamp')
  @Public('authenticated')
  @ApiOperation({ summary: 'The RFC 3161 token over the anchored checkpoint file of that size' })
  @ApiProduces('application/timestamp-reply')
  timestamp(@Param('size') size: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    const token = this.anchors.token(wholeNumber(size, 'size'));
    if (token === undefined) throw notFound(`A timestamp of size ${size}`);
    void reply.header('Content-Type', 'application/timestamp-reply');
    return token;
  }

  @Get('checkpoints/:size/anchored')
  @Public('authenticated')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'The file that the token of that size is about, byte for byte' })
  @ApiProduces('text/plain')
  anchored(@Param('size') size: string): string {
    const note = this.anchors.checkpoint(wholeNumber(size, 'size'));
    if (note === undefined) throw notFound(`An anchored checkpoint of size ${size}`);
    return note;
  }

  @Post('witness')
  @HttpCode(200)
  @Scopes('log.manage')
  @ApiOperation({
    summary: 'Lines that a witness answered for the checkpoint of `size`, carried here by hand',
  })
  @ApiConsumes('text/plain')
  async carried(
    @ValidQuery(WitnessLinesQuery) query: WitnessLinesQuery,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    if (this.cosigning === null) throw notFound('A policy with witnesses');
    const body = await readBody(request, NOTE_BYTES_MAX);
    const size = query.size === undefined ? this.log.size() : wholeNumber(query.size, 'size');
    return { size, accepted: await this.cosigning.accept(size, body.toString('utf8')) };
  }

  /** Lines of others stand behind the log's own; an anchor folder of something else adds none. */
  private noteAt(size: number): string {
    const { note } = this.log.checkpointAt(size);
    const kept = this.anchors.note(size);
    return kept?.startsWith(note) === true ? kept : note;
  }
}
