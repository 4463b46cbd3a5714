import { TieoutError } from '../../kernel/errors';

export const STRUCTURED = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';
export const BULK = 'application/x-ndjson';
export const MESSAGE = 'message/http';

const ACCEPTED = [STRUCTURED, BATCH, BULK, 'application/json with ce-* headers'];
const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json$/;

/**
 * The form in which events are sent, by the Content-Type of the request.
 *
 * @throws TieoutError `media-type-unknown` with what is accepted; `malformed` for plain JSON that is not a binary event
 */
export function formOf(
  contentType: string | undefined,
  isBinary: boolean,
): 'binary' | 'structured' | 'batch' | 'bulk' {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset = parameters.map((p) => p.trim()).find((p) => p.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) throw unknown('Send UTF-8.');
  const media = type.trim();
  if (media === STRUCTURED) return 'structured';
  if (media === BATCH) return 'batch';
  if (media === BULK) return 'bulk';
  if (media.startsWith('application/cloudevents')) throw unknown('Send JSON.');
  if (isBinary) return 'binary';
  if (!JSON_TYPE.test(media)) throw unknown('Events are sent as JSON.');
  throw new TieoutError(
    'malformed',
    `This JSON is not said to be an event. Send Content-Type: ${STRUCTURED}, or the attributes in ce-* headers.`,
    { accepted: ACCEPTED },
  );
}

function unknown(detail: string): TieoutError {
  return new TieoutError('media-type-unknown', `${detail} Accepted: ${ACCEPTED.join(', ')}.`, {
    accepted: ACCEPTED,
  });
}
