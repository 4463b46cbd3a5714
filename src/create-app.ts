import 'reflect-metadata';
import { type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance } from 'fastify';
import { AppModule } from './app.module';
import { describeApi } from './http/openapi';
import { type LedgerRuntime } from './ledger-runtime';

const HEADERS_BYTES_MAX = 16 * 1024;
const IDLE_MS = 60_000;

/** The HTTP application over one open ledger; not listening yet. */
export async function createApp(
  runtime: LedgerRuntime,
  root: DynamicModule = AppModule.of(runtime),
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    logger: false,
    // Bodies are read by our own strict readers, route by route, each with its own limit.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    keepAliveTimeout: IDLE_MS,
    // A bulk stream has no end in time; it has an idle limit.
    requestTimeout: 0,
    http: { maxHeaderSize: HEADERS_BYTES_MAX },
    routerOptions: { maxParamLength: 1_024 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    abortOnError: false,
    logger:
      runtime.config.logLevel === 'debug' ? ['debug', 'log', 'warn', 'error'] : ['warn', 'error'],
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  readBodiesAsStreams(fastify);
  secure(fastify);
  measure(fastify, runtime);
  fastify.server.setTimeout(IDLE_MS);
  await describeApi(app, runtime.config);
  await app.init();
  await fastify.ready();
  return app;
}

function readBodiesAsStreams(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/** No page of ours frames, sniffs, refers or is cached; the docs page brings its own policy. */
function secure(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (_request, reply) => {
    const set = (name: string, value: string): void => {
      if (!reply.hasHeader(name)) void reply.header(name, value);
    };
    set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    set('X-Content-Type-Options', 'nosniff');
    set('Referrer-Policy', 'no-referrer');
    set('Cross-Origin-Resource-Policy', 'same-origin');
    set('Cache-Control', 'no-store');
  });
}

function measure(fastify: FastifyInstance, { metrics }: LedgerRuntime): void {
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.noteRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
  });
}
