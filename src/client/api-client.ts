import { type Json } from '../kernel/json';

/** A reply that was not a success, with the problem document's own words. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problem: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

export interface ApiReply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly json?: unknown;
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The service's HTTP API as the command line uses it: one key, problems as errors, JSON in and out. */
export class ApiClient {
  constructor(
    private readonly baseUrl: string,
    private readonly key: string,
  ) {}

  get<T = Readonly<Record<string, Json>>>(
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiReply<T>> {
    return this.send(path, { headers });
  }

  /** A command; its key names the request, so that sending it again is harmless. */
  command<T = Readonly<Record<string, Json>>>(
    path: string,
    idempotencyKey: string,
    json?: unknown,
    request: ApiRequest = {},
  ): Promise<ApiReply<T>> {
    const headers = { ...request.headers, 'Idempotency-Key': idempotencyKey };
    return this.send(path, {
      method: 'POST',
      ...(json === undefined ? {} : { json }),
      ...request,
      headers,
    });
  }

  /** @throws ApiProblem for every status from 400 */
  async send<T>(path: string, request: ApiRequest): Promise<ApiReply<T>> {
    const response = await this.raw(path, request);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? undefined : JSON.parse(text)) as T,
    };
  }

  /** The response itself, for downloads and streams. @throws ApiProblem for every status from 400 */
  async raw(path: string, request: ApiRequest = {}): Promise<Response> {
    const body = request.json === undefined ? request.body : JSON.stringify(request.json);
    const response = await fetch(new URL(path, this.baseUrl), {
      method: request.method ?? 'GET',
      headers: {
        Authorization: `Bearer ${this.key}`,
        ...(request.json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...request.headers,
      },
      // Node's fetch wants `duplex` for a streamed body; the type does not know it yet.
      ...(body === undefined ? {} : ({ body, duplex: 'half' } as object)),
    });
    if (response.status >= 400) throw await problemFrom(response);
    return response;
  }
}

async function problemFrom(response: Response): Promise<ApiProblem> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Record<string, unknown>;
    return new ApiProblem(
      response.status,
      String(problem['code']),
      String(problem['detail'] ?? problem['title']),
      problem,
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new ApiProblem(
      response.status,
      'internal',
      `HTTP ${response.status} without a problem document.`,
      {},
    );
  }
}
