import { TieoutError } from '../kernel/errors';
import { streamName } from '../kernel/stream-name';
import { type Clock } from '../kernel/runtime';
import { millisOf } from '../kernel/instant';
import { type Executor } from '../commanding';
import { type Authenticator, type Caller } from '../http';
import { parseApiKey, verifies } from './api-key';
import { apiKey, type ApiKeyState } from './api-key.decider';

export const keyStream = (id: string): string => streamName('api_key', '_', id);

/** How long a folded key is used before its stream is read again: a revocation elsewhere bites within this time. */
const CACHE_MS = 1_000;

interface Cached {
  readonly state: ApiKeyState;
  readonly readAt: number;
}

/** Whether the installation has outgrown its bootstrap key: an administrator and an approver exist. */
export type BootstrapOver = () => boolean;

/** Authenticates API keys from their own streams, so that no read model has to be up for it. */
export class KeyAuthenticator implements Authenticator {
  private readonly cache = new Map<string, Cached>();

  constructor(
    private readonly executor: Executor,
    private readonly pepper: Uint8Array,
    private readonly clock: Clock,
    private readonly bootstrapOver: BootstrapOver,
  ) {}

  async authenticate(bearer: string, loopback: boolean): Promise<Caller> {
    const key = parseApiKey(bearer);
    const { issued, status } = await this.stateOf(key.id);
    if (issued === undefined || !verifies(this.pepper, key.secret, issued.verifier)) {
      throw new TieoutError('unauthenticated', 'This API key is not known here.');
    }
    if (status === 'pending')
      throw new TieoutError('unauthenticated', 'This API key waits for approval.');
    if (status === 'revoked')
      throw new TieoutError('credential-expired', 'This API key was revoked.');
    if (issued.expiresAt <= this.clock.now()) {
      throw new TieoutError('credential-expired', `This API key ended at ${issued.expiresAt}.`);
    }
    if (issued.bootstrap) this.checkBootstrap(loopback);
    return {
      client: issued.client,
      keyId: key.id,
      kind: issued.kind,
      scopes: new Set(issued.scopes),
      sources: issued.sources === undefined ? 'all' : new Set(issued.sources),
    };
  }

  /** After a change on this node the next request sees it at once. */
  forget(id: string): void {
    this.cache.delete(id);
  }

  private checkBootstrap(loopback: boolean): void {
    if (!loopback)
      throw new TieoutError('unauthenticated', 'The bootstrap key works from this machine only.');
    if (this.bootstrapOver()) {
      throw new TieoutError(
        'credential-expired',
        'The bootstrap key ended when an administrator and an approver had keys.',
      );
    }
  }

  private async stateOf(id: string): Promise<ApiKeyState> {
    const now = millisOf(this.clock.now());
    const cached = this.cache.get(id);
    if (cached !== undefined && now - cached.readAt < CACHE_MS) return cached.state;
    const { state } = await this.executor.load(keyStream(id), apiKey);
    // Unknown ids are not kept, so that guessing cannot fill the memory.
    if (state.status !== 'none') this.cache.set(id, { state, readAt: now });
    return state;
  }
}
