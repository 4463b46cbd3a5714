import { readFileSync } from 'node:fs';
import { ApiClient } from '../client/api-client';
import { type BulkTarget } from '../client/bulk';

export interface ConnectionOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

/** Wrong arguments or files: exit code 2, with a sentence that says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Where the service is and with which key. The key comes from a file, never from an argument: arguments show in `ps`. */
export function targetOf(
  options: ConnectionOptions,
  env: NodeJS.ProcessEnv = process.env,
): BulkTarget {
  const baseUrl = options.url ?? env['TIEOUT_URL'] ?? 'http://127.0.0.1:8080';
  const keyFile = options.keyFile ?? env['TIEOUT_API_KEY_FILE'];
  if (keyFile === undefined) {
    throw new UsageError(
      'Name the file with your API key: --key-file FILE or TIEOUT_API_KEY_FILE.',
    );
  }
  try {
    return { baseUrl, key: readFileSync(keyFile, 'utf8').trim() };
  } catch (error) {
    throw new UsageError(`The key file cannot be read: ${(error as Error).message}`);
  }
}

export function clientOf({ baseUrl, key }: BulkTarget): ApiClient {
  return new ApiClient(baseUrl, key);
}
