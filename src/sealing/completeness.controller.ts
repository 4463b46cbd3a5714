import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type EventStore } from '../event-store';
import { indexOfPosition } from '../event-store/sqlite';
import { CLOCK, HEADS, Scopes, STORE, ValidQuery, wholeNumber } from '../http';
import { isTieoutError, notFound, TieoutError } from '../kernel/errors';
import { hex, leafHash } from '../kernel/hash';
import { millisOf } from '../kernel/instant';
import { type Clock } from '../kernel/runtime';
import { streamName } from '../kernel/stream-name';
import { commitmentIn, type HeadsProof, headsProofJson } from './heads-json';
import { type Heads } from './heads';
import { ProofQuery } from './log.dto';

/** A reader may cause a commitment, and thereby an event, at most so often. */
const ON_DEMAND_MS = 1_000;

interface RevisionLeaf {
  readonly revision: number;
  readonly index: number;
  /** hex */
  readonly leaf: string;
}

/** Proof that nothing of an object was left out, or that there is no such object. */
@ApiTags('objects')
@Controller('v1/objects')
export class CompletenessController {
  private demandedAt = -Infinity;

  constructor(
    @Inject(STORE) private readonly store: Pick<EventStore, 'readStream' | 'head'>,
    @Inject(HEADS) private readonly heads: Heads,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get(':type/:entity/:id/completeness-proof')
  @Scopes('ledger.read')
  @ApiOperation({
    summary:
      'Leaves of all revisions and the heads proof that there is no later one; for an unknown object the proof of absence',
  })
  async completeness(
    @Param('type') type: string,
    @Param('entity') entity: string,
    @Param('id') id: string,
    @ValidQuery(ProofQuery) query: ProofQuery,
  ): Promise<object> {
    const stream = streamName(type, entity, id);
    const covering = await this.sizeOf(query);
    const revisions = await this.revisionsOf(stream);
    const proof = await this.proofOf(
      stream,
      Math.max(covering, (revisions.at(-1)?.index ?? -1) + 1),
    );
    const size = commitmentIn(proof.entry)?.size ?? 0;
    return {
      stream,
      size,
      revisions: revisions.filter(({ index }) => index < size),
      heads: headsProofJson(proof),
    };
  }

  private async sizeOf({ size: text }: ProofQuery): Promise<number> {
    if (text === undefined) return 0;
    const size = wholeNumber(text, 'size');
    const head = await this.store.head();
    const most = head === undefined ? 0 : indexOfPosition(head) + 1;
    if (size > most) throw notFound(`A log of ${size} events`);
    return size;
  }

  private async proofOf(stream: string, covering: number): Promise<HeadsProof> {
    if (!this.heads.isReady) {
      throw new TieoutError(
        'not-sealed',
        'The heads of all streams are being read since the start. Ask again in a moment.',
      );
    }
    const { committed } = this.heads;
    if (committed === undefined || committed.size < covering) this.demand();
    const [proof] = await this.heads.proofs([stream], { covering });
    return proof as HeadsProof;
  }

  private demand(): void {
    const now = millisOf(this.clock.now());
    if (now - this.demandedAt < ON_DEMAND_MS) {
      throw new TieoutError(
        'not-sealed',
        'The heads of this size are not committed yet. Ask again in a second.',
      );
    }
    this.demandedAt = now;
  }

  private async revisionsOf(stream: string): Promise<RevisionLeaf[]> {
    const revisions: RevisionLeaf[] = [];
    try {
      for await (const { revision, position, entry } of this.store.readStream(stream)) {
        const index = indexOfPosition(position);
        revisions.push({ revision: Number(revision), index, leaf: hex(leafHash(entry)) });
      }
    } catch (error) {
      if (!isTieoutError(error, 'stream-missing')) throw error;
    }
    return revisions;
  }
}
