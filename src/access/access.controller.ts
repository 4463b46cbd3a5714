import { Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { addMillis } from '../kernel/instant';
import { type Clock, type Randomness } from '../kernel/runtime';
import { type CommandContext, type Executed, Executor } from '../commanding';
import {
  AUTHENTICATOR,
  type Caller,
  CallerParam,
  CLOCK,
  Command,
  type ContextOf,
  EXECUTOR,
  JsonBody,
  Public,
  RANDOMNESS,
  Scopes,
  writeHeaders,
} from '../http';
import { keyIdOf, newApiKey, verifierOf } from './api-key';
import { apiKey, type ApiKeyState } from './api-key.decider';
import { type KeyIssued } from './access.events';
import { IssueKeyDto, RevokeKeyDto } from './access.dto';
import { KeyAuthenticator, keyStream } from './key-authenticator';

export const PEPPER = Symbol('pepper');

const DAY_MS = 24 * 60 * 60 * 1_000;
const EXPIRY_DAYS_DEFAULT = 365;
/** The client name of the first key. */
export const BOOTSTRAP_CLIENT = 'bootstrap';

/** API keys: issued once, stored as a verifier, approved by a second person where they widen rights, revoked. */
@ApiTags('access')
@Controller('v1/access')
export class AccessController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
    @Inject(PEPPER) private readonly pepper: Uint8Array,
    @Inject(AUTHENTICATOR) private readonly authenticator: KeyAuthenticator,
  ) {}

  /** Who am I? */
  @Get('me')
  @Public('authenticated')
  @ApiOperation({ summary: 'Who the key belongs to and what it may do' })
  me(@CallerParam() caller: Caller): object {
    const sources = caller.sources === 'all' ? 'all' : [...caller.sources].sort();
    return {
      client: caller.client,
      keyId: caller.keyId,
      kind: caller.kind,
      scopes: [...caller.scopes].sort(),
      sources,
    };
  }

  /** Issues a key; the reply to the first request alone shows the secret. */
  @Post('keys')
  @HttpCode(201)
  @Scopes('access.manage')
  @ApiOperation({ summary: 'Issue a key; its secret is in the first reply only' })
  async issue(
    @CallerParam() caller: Caller,
    @JsonBody(IssueKeyDto) body: IssueKeyDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const context = contextOf(body);
    // The id follows from the request, so that a repeat meets the same stream; the secret is shown once only.
    const secret = newApiKey(this.randomness, keyIdOf(this.executor.newAggregateId(context)));
    const issuing = await this.executor.execute({
      stream: keyStream(secret.id),
      decider: apiKey,
      command: {
        kind: 'issue',
        mayGive: caller.client === BOOTSTRAP_CLIENT ? 'all' : caller.scopes,
        key: this.keyOf(body, caller, secret.secret),
      },
      context,
    });
    if (caller.client === BOOTSTRAP_CLIENT) await this.noteBootstrapUse(caller, context, secret.id);
    writeHeaders(reply, { ...issuing, location: `/v1/access/keys/${secret.id}` });
    return {
      id: secret.id,
      ...(issuing.replayed ? {} : { secret: secret.text }),
      ...described(issuing.state),
    };
  }

  @Post('keys/:id/approve')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({ summary: 'Approve a key that gives more than its issuer holds' })
  async approve(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const command = { kind: 'approve', by: caller.client } as const;
    return this.changed(
      id,
      await this.executor.execute({
        stream: keyStream(id),
        decider: apiKey,
        command,
        context: contextOf(),
      }),
      reply,
    );
  }

  @Post('keys/:id/revoke')
  @HttpCode(200)
  @Scopes('access.manage')
  @ApiOperation({ summary: 'End a key at once' })
  async revoke(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(RevokeKeyDto) body: RevokeKeyDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const command = { kind: 'revoke', by: caller.client, reason: body.reason } as const;
    const context = contextOf(body);
    return this.changed(
      id,
      await this.executor.execute({ stream: keyStream(id), decider: apiKey, command, context }),
      reply,
    );
  }

  private keyOf(
    body: IssueKeyDto,
    caller: Caller,
    secret: string,
  ): Omit<KeyIssued, 'needsApproval'> {
    const days = body.expiresInDays ?? EXPIRY_DAYS_DEFAULT;
    return {
      client: body.client,
      kind: body.kind,
      scopes: body.scopes,
      ...(body.sources === undefined ? {} : { sources: body.sources }),
      expiresAt: addMillis(this.clock.now(), days * DAY_MS),
      verifier: verifierOf(this.pepper, secret),
      bootstrap: false,
      issuedBy: caller.client,
    };
  }

  private async noteBootstrapUse(
    caller: Caller,
    context: CommandContext,
    issued: string,
  ): Promise<void> {
    await this.executor.execute({
      stream: keyStream(caller.keyId),
      decider: apiKey,
      command: { kind: 'note-bootstrap-use', issued },
      context: { ...context, idempotencyKey: `${context.idempotencyKey}/use` },
    });
  }

  private changed(id: string, executed: Executed<ApiKeyState>, reply: FastifyReply): object {
    this.authenticator.forget(id);
    writeHeaders(reply, executed);
    return { id, ...described(executed.state) };
  }
}

function described({ issued, status }: ApiKeyState): object {
  if (issued === undefined) return { status };
  const { client, kind, scopes, sources, expiresAt } = issued;
  return { client, kind, scopes, sources: sources ?? 'all', expiresAt, status };
}
