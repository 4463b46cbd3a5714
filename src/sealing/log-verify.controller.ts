import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public, Scopes } from '../http';
import { type MonitorState, type SelfMonitor } from './self-monitor';

export const SELF_MONITOR = Symbol('self-monitor');

/** What the service knows of its own ledger by re-reading it. */
@ApiTags('log')
@Controller('v1/log/verify')
export class LogVerifyController {
  constructor(@Inject(SELF_MONITOR) private readonly monitor: SelfMonitor) {}

  @Get()
  @Public('authenticated')
  @ApiOperation({
    summary:
      'What the last round of the self-monitor came to: size, time, rate, first bad position',
  })
  read(): object {
    return shown(this.monitor.state);
  }

  @Post()
  @HttpCode(202)
  @Scopes('log.manage')
  @ApiOperation({ summary: 'Start a whole round now' })
  start(): object {
    return shown(this.monitor.requestRound());
  }
}

/** Assurance says who else stands behind the ledger; that it agrees with itself is the least. */
function shown({ verdict, size, at, rate, first, findingCount, running, failure }: MonitorState) {
  return {
    ...{ verdict, size, at: at ?? null, eventsPerSecond: rate },
    assurance: verdict === 'verified' ? ['self-checked'] : [],
    findings: findingCount,
    first: first ?? null,
    running: running ?? null,
    ...(failure === undefined ? {} : { failure }),
  };
}
