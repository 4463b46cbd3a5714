import { type Agent } from './test-app';

export type BulkLine = Readonly<Record<string, unknown>>;

/** Sends a bulk stream whole and gives its results, the end line last. */
export async function sendLines(
  agent: Agent,
  lines: readonly (object | string)[],
): Promise<BulkLine[]> {
  const body = lines
    .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    .join('\n');
  const reply = await agent
    .post('/v1/events')
    .set('Content-Type', 'application/x-ndjson')
    .buffer(true)
    .parse((response, done) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => done(null, text));
    })
    .send(body);
  if (reply.status !== 200) throw new Error(`bulk answered ${reply.status}`);
  const text = (reply.body as string).trim();
  return text.split('\n').map((line) => JSON.parse(line) as BulkLine);
}
