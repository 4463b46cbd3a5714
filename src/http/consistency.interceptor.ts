import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Observable } from 'rxjs';
import { isTieoutError } from '../kernel/errors';
import { READ_MODEL } from './tokens';

/** What the interceptor needs of the read model. */
export interface AwaitedReadModel {
  position(): string | undefined;
  waitFor(token: string, timeoutMs: number): Promise<void>;
  status(): {
    readonly state: 'current' | 'building' | 'stopped';
    readonly position: string | undefined;
  };
}

const WAIT_MS_MAX = 2_000;

/**
 * Read your own write: a GET with a Consistency-Token waits until the read model has reached it, and every read says
 * which position it was answered at.
 */
@Injectable()
export class ConsistencyInterceptor implements NestInterceptor {
  constructor(@Inject(READ_MODEL) private readonly readModel: AwaitedReadModel) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (request.method !== 'GET' && request.method !== 'HEAD') return next.handle();
    const token = request.headers['consistency-token'];
    if (typeof token === 'string') await this.reach(token, request);
    this.mark(http.getResponse<FastifyReply>());
    return next.handle();
  }

  private async reach(token: string, request: FastifyRequest): Promise<void> {
    try {
      await this.readModel.waitFor(token, WAIT_MS_MAX);
    } catch (error) {
      const stale = /\bmax-stale\b/.test(request.headers['cache-control'] ?? '');
      if (!(stale && isTieoutError(error, 'read-model-behind', 'read-model-stopped'))) throw error;
    }
  }

  private mark(reply: FastifyReply): void {
    const { state, position } = this.readModel.status();
    if (position !== undefined) void reply.header('Consistency-Token', position);
    if (state === 'stopped')
      void reply.header('Tieout-Read-Model', `stopped at ${position ?? 'the start'}`);
  }
}
