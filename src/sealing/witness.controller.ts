import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { notFound } from '../kernel/errors';
import { Public, readBody } from '../http';
import { ADD_CHECKPOINT_BYTES_MAX } from './add-checkpoint';
import { type Witness } from './witness';

export const WITNESS = Symbol('witness');

/** This service as a witness of other logs. The note's signature is the credential. */
@ApiTags('log')
@Controller('v1/log/witness')
export class WitnessController {
  constructor(@Inject(WITNESS) private readonly witness: Witness | null) {}

  @Post('add-checkpoint')
  @HttpCode(200)
  @Public('anyone')
  @ApiOperation({
    summary: 'Cosign the checkpoint of a log that this witness follows (C2SP tlog-witness)',
  })
  @ApiConsumes('text/plain')
  @ApiProduces('text/plain')
  async addCheckpoint(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (this.witness === null) throw notFound('A witness');
    const body = await readBody(request, ADD_CHECKPOINT_BYTES_MAX);
    const { status, contentType, body: text } = this.witness.addCheckpoint(body.toString('utf8'));
    void reply.status(status).header('Content-Type', contentType);
    return text;
  }
}
