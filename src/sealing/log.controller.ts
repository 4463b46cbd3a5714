import { Controller, Get, Inject, Param, Res, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { TieoutError } from '../kernel/errors';
import { hex } from '../kernel/hash';
import { LOG_READER, ndjson, Public, Scopes, ValidQuery, wholeNumber } from '../http';
import { ConsistencyQuery, EntriesQuery } from './log.dto';
import { type LogReader } from './log-reader';

const PAGE_DEFAULT = 100;
const PAGE_MAX = 1_000;

/** The sealed log: entries as stored, proofs. What a verifier fetches. */
@ApiTags('log')
@Controller('v1/log')
export class LogController {
  constructor(@Inject(LOG_READER) private readonly log: LogReader) {}

  @Get('entries/:index')
  @Scopes('log.read')
  @ApiOperation({ summary: 'The stored bytes of one entry: SHA-256 of 0x00 and these is the leaf' })
  @ApiProduces('application/octet-stream')
  entry(@Param('index') index: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    const at = wholeNumber(index, 'index');
    const bytes = Buffer.from(this.log.entryBytes(at));
    void reply
      .header('Content-Type', 'application/octet-stream')
      .header('Tieout-Leaf', hex(this.log.leaf(at)));
    return bytes;
  }

  @Get('entries')
  @Scopes('log.read')
  @ApiOperation({
    summary: 'Entries in log order as NDJSON; with include=proof each with index, leaf and hashes',
  })
  @ApiProduces('application/x-ndjson')
  entries(
    @ValidQuery(EntriesQuery) query: EntriesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): StreamableFile {
    const from = wholeNumber(query.from ?? '0', 'from');
    const limit = wholeNumber(query.limit ?? String(PAGE_DEFAULT), 'limit');
    if (limit < 1 || limit > PAGE_MAX) {
      throw new TieoutError('range-invalid', `limit is 1 to ${PAGE_MAX}.`, { parameter: 'limit' });
    }
    const size = this.log.size();
    const end = Math.min(from + limit, size);
    void reply.header('Tieout-Log-Size', String(size));
    if (end < size)
      void reply.header('Link', `</v1/log/entries?from=${end}&limit=${limit}>; rel="next"`);
    return ndjson(query.include === 'proof' ? this.proved(from, end, size) : this.plain(from, end));
  }

  @Get('consistency-proof')
  @Public('authenticated')
  @ApiOperation({
    summary:
      'Proof that the log of size `to` extends the log of size `from`, with both checkpoints',
  })
  consistencyProof(@ValidQuery(ConsistencyQuery) query: ConsistencyQuery): object {
    const from = wholeNumber(query.from, 'from');
    const to = query.to === undefined ? this.log.size() : wholeNumber(query.to, 'to');
    // Every log extends the empty one, so that there is nothing to prove from size 0.
    if (from < 1 || from > to || to > this.log.size()) {
      throw new TieoutError('range-invalid', `Sizes are 1 <= from <= to <= ${this.log.size()}.`, {
        size: this.log.size(),
      });
    }
    return {
      from: { size: from, checkpoint: this.noteAt(from) },
      to: { size: to, checkpoint: this.noteAt(to) },
      hashes: this.log.consistencyProof(from, to).map(hex),
    };
  }

  /** Only sizes at which a commit ended are signed; a caller who wants both notes asks for such sizes. */
  private noteAt(size: number): string | null {
    try {
      return this.log.checkpointAt(size).note;
    } catch (error) {
      if ((error as TieoutError).code === 'not-found') return null;
      throw error;
    }
  }

  private *plain(from: number, end: number): Generator<string> {
    for (let i = from; i < end; i += 1) yield Buffer.from(this.log.entryBytes(i)).toString('utf8');
  }

  private *proved(from: number, end: number, size: number): Generator<string> {
    for (let index = from; index < end; index += 1) {
      const entry = Buffer.from(this.log.entryBytes(index)).toString('utf8');
      const hashes = this.log.inclusionProof(index, size).map(hex);
      yield JSON.stringify({ index, size, leaf: hex(this.log.leaf(index)), hashes, entry });
    }
  }
}
