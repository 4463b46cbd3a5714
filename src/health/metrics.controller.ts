import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AUTHENTICATOR, type Authenticator, isLoopback, Public } from '../http';
import { TieoutError } from '../kernel/errors';
import { Metrics } from './metrics';

/** Open to this machine; from elsewhere it needs `ops.read`. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
  ) {}

  @Get()
  @Public('anyone')
  async read(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (!isLoopback(request.ip)) await this.check(request.headers.authorization);
    void reply.header('Content-Type', this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  private async check(authorization: string | undefined): Promise<void> {
    const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const { scopes } = await this.authenticator.authenticate(bearer, false);
    if (!scopes.has('ops.read'))
      throw new TieoutError('scope-missing', 'This needs the scope ops.read.');
  }
}
