import { Controller, Get, Inject, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { type Caller, CallerParam, RANDOMNESS, Scopes, ValidQuery } from '../http';
import { canonicalBytes } from '../kernel/canonical-json';
import { hex, sha256Hex } from '../kernel/hash';
import { type JsonObject } from '../kernel/json';
import { type Randomness } from '../kernel/runtime';
import { PersonalReader } from './personal-reader';
import { PersonalQuery } from './privacy.dto';

const KEY_BYTES = 16;

/** The values behind the commitments of an event. */
@ApiTags('privacy')
@Controller('v1/events/:id/personal')
export class PersonalController {
  constructor(
    @Inject(PersonalReader) private readonly reader: PersonalReader,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
  ) {}

  @Get()
  @Scopes('personal.read')
  @ApiOperation({ summary: 'Personal values of an event; who reads them, and why, is recorded' })
  read(
    @Param('id') id: string,
    @ValidQuery(PersonalQuery) { purpose }: PersonalQuery,
    @CallerParam() { client, keyId, kind }: Caller,
    @Req() { method }: FastifyRequest,
  ): Promise<JsonObject> {
    return this.reader.read(
      { id, purpose, keyId },
      {
        principal: client,
        actor: { id: client, kind },
        // Every reading is recorded by itself, so none repeats another.
        idempotencyKey: `read-${hex(this.randomness.bytes(KEY_BYTES))}`,
        digest: sha256Hex(canonicalBytes([method, id, purpose])),
      },
    );
  }
}
