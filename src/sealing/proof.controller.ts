import { Controller, Get, Headers, Inject, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { decodeEntry } from '../kernel/entry';
import { notFound } from '../kernel/errors';
import { hex } from '../kernel/hash';
import { isUuid } from '../kernel/ids';
import { type LedgerStore } from '../event-store';
import { indexOfPosition } from '../event-store/sqlite';
import { LOG_READER, RECEIPTS, Scopes, STORE, ValidQuery, wholeNumber } from '../http';
import { ProofQuery } from './log.dto';
import { type LogReader } from './log-reader';
import { type Receipt, type Receipts } from './receipt';
import { tlogProofText } from './tlog-proof';

/** Receipts and proofs of single events. */
@ApiTags('events')
@Controller('v1')
export class ProofController {
  constructor(
    @Inject(STORE) private readonly store: LedgerStore,
    @Inject(LOG_READER) private readonly log: LogReader,
    @Inject(RECEIPTS) private readonly receipts: Receipts,
  ) {}

  @Get('events/:id/proof')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Inclusion proof; Accept: text/plain gives the C2SP tlog-proof' })
  async proof(
    @Param('id') id: string,
    @ValidQuery(ProofQuery) query: ProofQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | object> {
    const index = await this.indexOf(id);
    const checkpoint =
      query.size === undefined
        ? this.log.firstCheckpointOf(index)
        : this.log.checkpointAt(wholeNumber(query.size, 'size'));
    if (index >= checkpoint.size) throw notFound(`The event in a log of size ${checkpoint.size}`);
    const hashes = this.log.inclusionProof(index, checkpoint.size);
    if (accept?.includes('text/plain') === true) {
      void reply.header('Content-Type', 'text/plain; charset=utf-8');
      return tlogProofText({ index, hashes, checkpoint: checkpoint.note });
    }
    return {
      index,
      leaf: hex(this.log.leaf(index)),
      size: checkpoint.size,
      root: hex(checkpoint.root),
      hashes: hashes.map(hex),
      checkpoint: checkpoint.note,
    };
  }

  @Get('receipts/:id')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'The first receipt of an event, rebuilt: the same text at any time' })
  async receipt(@Param('id') id: string): Promise<Receipt> {
    const index = await this.indexOf(id);
    const { stream, revision, type, recordedAt } = decodeEntry(this.log.entryBytes(index));
    const position = `s.${index + 1}`;
    const leaf = this.log.leaf(index);
    return this.receipts.receiptOf({
      stream,
      revision,
      id,
      type,
      recordedAt,
      leaf,
      position,
      index,
    });
  }

  private async indexOf(id: string): Promise<number> {
    const placed = isUuid(id) ? (await this.store.find([id])).get(id) : undefined;
    if (placed === undefined) throw notFound(`The event ${id}`);
    return indexOfPosition(placed.position);
  }
}
