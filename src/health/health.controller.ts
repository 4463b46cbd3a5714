import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Public } from '../http';

export const HEALTH = Symbol('health');

export interface HealthState {
  readonly ready: boolean;
  readonly reasons: readonly string[];
  /** what needs a person, while the service works */
  readonly warnings: readonly string[];
}

/** What the composition root knows of the parts' state. */
export interface HealthProbe {
  state(): HealthState;
}

@ApiTags('operations')
@Controller('health')
@Public('anyone')
export class HealthController {
  constructor(@Inject(HEALTH) private readonly probe: HealthProbe) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers' })
  live(): object {
    return { status: 'live' };
  }

  @Get('startup')
  @ApiOperation({ summary: 'The ledger is open' })
  startup(): object {
    return { status: 'started' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Writes and reads work; 503 with the reasons otherwise' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): object {
    const { ready, reasons, warnings } = this.probe.state();
    if (!ready) void reply.status(503);
    return { status: ready ? 'ready' : 'not-ready', reasons, warnings };
  }
}
