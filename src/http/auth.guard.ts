import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyRequest } from 'fastify';
import { TieoutError } from '../kernel/errors';
import { type Caller } from './caller';
import { PUBLIC, SCOPES } from './decorators';
import { CONFIG } from './tokens';

export const AUTHENTICATOR = Symbol('authenticator');

/** Turns a credential into a caller. */
export interface Authenticator {
  /**
   * @param bearer the text after `Bearer `
   * @param loopback whether the connection came from this machine
   * @throws TieoutError `unauthenticated`, `credential-expired`
   */
  authenticate(bearer: string, loopback: boolean): Promise<Caller>;
}

/** Authenticates every request and checks the scope of its route. A route that says nothing about access is closed. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(CONFIG) private readonly config: { readonly logPublic: boolean },
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<string | undefined>(PUBLIC, targets);
    if (access === 'anyone' || (access === 'if-log-public' && this.config.logPublic)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & { caller?: Caller }>();
    const caller = await this.authenticator.authenticate(bearerOf(request), isLoopback(request.ip));
    request.caller = caller;
    if (access !== undefined) return true;
    const scopes =
      this.reflector.getAllAndOverride<readonly string[] | undefined>(SCOPES, targets) ?? [];
    if (scopes.some((scope) => caller.scopes.has(scope))) return true;
    throw new TieoutError('scope-missing', `This needs the scope ${scopes.join(' or ')}.`, {
      scope: scopes[0] ?? '',
    });
  }
}

function bearerOf(request: FastifyRequest): string {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) {
    throw new TieoutError('unauthenticated', 'Send an API key: Authorization: Bearer tieout_…');
  }
  return bearer;
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}
