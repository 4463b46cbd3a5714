import { type ApiClient, ApiProblem, type ApiReply } from '../client/api-client';

const TRIES_MAX = 60;

/**
 * A GET that sees everything up to `token`. The service waits two seconds itself; a long import may need a few rounds.
 *
 * @throws ApiProblem for anything but a read model that is behind
 */
export async function getAt<T>(
  client: ApiClient,
  path: string,
  token: string,
  sleep: (ms: number) => Promise<void>,
): Promise<ApiReply<T>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.get<T>(path, { 'Consistency-Token': token });
    } catch (error) {
      if (
        !(error instanceof ApiProblem) ||
        error.code !== 'read-model-behind' ||
        attempt >= TRIES_MAX
      )
        throw error;
      await sleep(1_000);
    }
  }
}
