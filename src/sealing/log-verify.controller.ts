import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public, Scopes } from '../http';
import { type Assurance, type Vouched } from './assurance';
import { type MonitorState, type SelfMonitor } from './self-monitor';

export const SELF_MONITOR = Symbol('self-monitor');
export const ASSURANCE = Symbol('assurance');

/** What the service knows of its own ledger by re-reading it. */
@ApiTags('log')
@Controller('v1/log/verify')
export class LogVerifyController {
  constructor(
    @Inject(SELF_MONITOR) private readonly monitor: SelfMonitor,
    @Inject(ASSURANCE) private readonly assurance: Assurance,
  ) {}

  @Get()
  @Public('authenticated')
  @ApiOperation({
    summary:
      'What the last round of the self-monitor came to: size, time, rate, first bad position; and who vouches for that size',
  })
  read(): object {
    return this.shown(this.monitor.state);
  }

  @Post()
  @HttpCode(202)
  @Scopes('log.manage')
  @ApiOperation({ summary: 'Start a whole round now' })
  start(): object {
    return this.shown(this.monitor.requestRound());
  }

  /** Assurance says who else stands behind the verified size; that it agrees with itself is the least. */
  private shown(state: MonitorState): object {
    const { verdict, size, at, rate, first, findingCount, running, failure } = state;
    const witnessed = this.assurance.witnessed();
    const timestamped = this.assurance.timestamped();
    const covers = (vouched: Vouched | undefined): boolean => (vouched?.size ?? -1) >= size;
    const tiers = [
      'self-checked',
      ...(covers(witnessed) ? ['witnessed'] : []),
      ...(covers(timestamped) ? ['timestamped'] : []),
    ];
    return {
      ...{ verdict, size, at: at ?? null, eventsPerSecond: rate },
      assurance: verdict === 'verified' ? tiers : [],
      witnessed: witnessed ?? null,
      timestamped: timestamped ?? null,
      findings: findingCount,
      first: first ?? null,
      running: running ?? null,
      ...(failure === undefined ? {} : { failure }),
    };
  }
}
