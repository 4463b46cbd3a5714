import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Config } from '../config';
import { TieoutError } from '../kernel/errors';
import { AUTHENTICATOR, type Authenticator, isLoopback } from './auth.guard';
import { problemOf } from './problem';

const DOCS_CSP =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/** `/openapi.json` (3.1) and `/docs`: open to this machine, elsewhere to any credential or when configured public. */
export async function describeApi(app: NestFastifyApplication, config: Config): Promise<void> {
  const document = apiDocument(app);
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const authenticator = app.get<Authenticator>(AUTHENTICATOR);
  fastify.addHook('onRequest', async (request, reply) => {
    if (isDocument(request.url)) await guard(request, reply, config, authenticator);
  });
  fastify.get('/openapi.json', async (_request, reply) => {
    void reply.header('Content-Type', 'application/json');
    return document;
  });
  SwaggerModule.setup('docs', app, document as unknown as OpenAPIObject, {
    customSiteTitle: 'Tieout API',
    raw: false,
  });
}

const isDocument = (url: string): boolean =>
  url === '/openapi.json' || /^\/docs(\/|$|\?)/.test(url);

async function guard(
  request: FastifyRequest,
  reply: FastifyReply,
  config: Config,
  authenticator: Authenticator,
): Promise<void> {
  void reply.header('Content-Security-Policy', DOCS_CSP);
  if (config.docsPublic || isLoopback(request.ip)) return;
  try {
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer === undefined)
      throw new TieoutError('unauthenticated', 'Send an API key: Authorization: Bearer tieout_…');
    await authenticator.authenticate(bearer, false);
  } catch (error) {
    const problem = problemOf(error);
    await reply
      .status(problem.status)
      .header('Content-Type', 'application/problem+json')
      .send(problem);
  }
}

function apiDocument(app: NestFastifyApplication): object {
  const builder = new DocumentBuilder()
    .setTitle('Tieout')
    .setDescription('Audit ledger and reconciliation service for finance workflows.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key: tieout_…' })
    .addSecurityRequirements('bearer')
    .setOpenAPIVersion('3.1.0')
    .build();
  const document = SwaggerModule.createDocument(app, builder, {
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '')}.${method}`,
  });
  return in31(document) as object;
}

/** The generator writes 3.0 schemas under a 3.1 number: `nullable` and boolean bounds take their 3.1 form here. */
function in31(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(in31);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, in31(value)]),
  );
  return exclusive(nullable(members));
}

type Members = Record<string, unknown>;

function nullable({ nullable: isNullable, ...schema }: Members): Members {
  if (isNullable !== true || typeof schema['type'] !== 'string') return schema;
  return { ...schema, type: [schema['type'], 'null'] };
}

function exclusive(schema: Members): Members {
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (schema[flag] === true) {
      schema[flag] = schema[bound];
      delete schema[bound];
    } else if (schema[flag] === false) delete schema[flag];
  }
  return schema;
}
