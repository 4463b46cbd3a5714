import {
  Catch,
  HttpException,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { isTieoutError, TieoutError, type ProblemCode } from '../kernel/errors';
import { problemOf } from './problem';

const RETRY_AFTER_SECONDS = '1';

/** The one place where an error becomes a status and a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = translate(thrown);
    const problem = problemOf(error);
    // The stack belongs into the log, found by the request id; the caller gets none of it.
    if (problem.code === 'internal')
      this.logger.error({ requestId: request.id, error: String(thrown) }, stackOf(thrown));
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer');
    if (problem.retryable === 's') void reply.header('Retry-After', RETRY_AFTER_SECONDS);
    void reply
      .status(problem.status)
      .header('Content-Type', 'application/problem+json')
      .send({ ...problem, instance: request.url.split('?', 1)[0], requestId: request.id });
  }
}

/** Errors of the framework, by their own status, as the codes of this service. */
function translate(thrown: unknown): unknown {
  if (isTieoutError(thrown)) return thrown;
  const status = statusOf(thrown);
  const code = status === undefined ? undefined : FRAMEWORK_CODES[status];
  return code === undefined ? thrown : new TieoutError(code, messageOf(thrown));
}

const FRAMEWORK_CODES: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  413: 'too-large',
  414: 'uri-too-long',
  415: 'media-type-unknown',
  431: 'headers-too-large',
};

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'The request could not be read.';
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? thrown.stack : undefined;
}
