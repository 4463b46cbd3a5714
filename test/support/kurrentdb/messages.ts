import * as grpc from '@grpc/grpc-js';
import { Empty, StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { AppendReq, AppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { type AppendResult, type ExpectedRevision, type LogRecord, type Proposed } from './log';

export const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

export function identifierOf(name: string): StreamIdentifier {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(name, 'utf8'));
  return identifier;
}

export function uuidOf(id: string): UUID {
  const uuid = new UUID();
  uuid.setString(id);
  return uuid;
}

/** An error as the server sends it: the class is chosen by the `exception` trailer, else by the code. */
export function failure(
  code: grpc.status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): grpc.ServiceError {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.add(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

export const streamDeleted = (name: string): grpc.ServiceError =>
  failure(grpc.status.FAILED_PRECONDITION, `Event stream '${name}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': name,
  });

/** The revision of an append's first message. @throws ServiceError for another first message */
export function expectedOf(options: AppendReq.Options): ExpectedRevision {
  const { ExpectedStreamRevisionCase: Case } = AppendReq.Options;
  switch (options.getExpectedStreamRevisionCase()) {
    case Case.REVISION:
      return BigInt(options.getRevision());
    case Case.NO_STREAM:
      return 'no-stream';
    case Case.ANY:
      return 'any';
    case Case.STREAM_EXISTS:
      return 'stream-exists';
    default:
      throw failure(grpc.status.INVALID_ARGUMENT, 'An append needs an expected revision.');
  }
}

/** @throws ServiceError when `type` or `content-type` is missing */
export function proposedOf(message: AppendReq.ProposedMessage): Proposed {
  const metadata = message.getMetadataMap();
  const [type, contentType] = [metadata.get('type'), metadata.get('content-type')];
  if (type === undefined || contentType === undefined) {
    throw failure(grpc.status.INVALID_ARGUMENT, 'Required Metadata Property is missing', {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    });
  }
  return {
    id: message.getId()?.getString() ?? '',
    type,
    contentType,
    customMetadata: Buffer.from(message.getCustomMetadata_asU8()),
    data: Buffer.from(message.getData_asU8()),
  };
}

export function appendReply(
  result: Exclude<AppendResult, { kind: 'deleted' }>,
  expected: ExpectedRevision,
  withPosition: boolean,
): AppendResp {
  const reply = new AppendResp();
  if (result.kind === 'conflict') {
    reply.setWrongExpectedVersion(wrongVersion(result.last, expected));
    return reply;
  }
  const success = new AppendResp.Success();
  if (result.revision < 0n) success.setNoStream(new Empty());
  else success.setCurrentRevision(String(result.revision));
  if (result.at === undefined || !withPosition) {
    success.setNoPosition(new Empty());
  } else {
    const position = new AppendResp.Position();
    position.setCommitPosition(String(result.at.commit));
    position.setPreparePosition(String(result.at.prepare));
    success.setPosition(position);
  }
  reply.setSuccess(success);
  return reply;
}

function wrongVersion(last: bigint, expected: ExpectedRevision): AppendResp.WrongExpectedVersion {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (last < 0n) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentRevision(String(last));
  if (expected === 'no-stream') wrong.setExpectedNoStream(new Empty());
  else if (expected === 'any') wrong.setExpectedAny(new Empty());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new Empty());
  else wrong.setExpectedRevision(String(expected));
  return wrong;
}

export function eventReply(record: LogRecord, broken = false): ReadResp {
  const event = new ReadResp.ReadEvent.RecordedEvent();
  if (!broken) event.setId(uuidOf(record.id));
  event.setStreamIdentifier(identifierOf(record.stream));
  event.setStreamRevision(String(record.revision));
  event.setCommitPosition(String(record.commit));
  event.setPreparePosition(String(record.prepare));
  event.getMetadataMap().set('type', record.type);
  event.getMetadataMap().set('content-type', record.contentType);
  event.getMetadataMap().set('created', String(record.created));
  event.setCustomMetadata(record.customMetadata);
  event.setData(record.data);
  const read = new ReadResp.ReadEvent();
  read.setEvent(event);
  read.setCommitPosition(String(record.commit));
  const reply = new ReadResp();
  reply.setEvent(read);
  return reply;
}

export function notFoundReply(name: string): ReadResp {
  const missing = new ReadResp.StreamNotFound();
  missing.setStreamIdentifier(identifierOf(name));
  const reply = new ReadResp();
  reply.setStreamNotFound(missing);
  return reply;
}

export function confirmationReply(id: string): ReadResp {
  const confirmation = new ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(id);
  const reply = new ReadResp();
  reply.setConfirmation(confirmation);
  return reply;
}

export function checkpointReply({ commit, prepare }: Pick<LogRecord, 'commit' | 'prepare'>) {
  const checkpoint = new ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(commit));
  checkpoint.setPreparePosition(String(prepare));
  const reply = new ReadResp();
  reply.setCheckpoint(checkpoint);
  return reply;
}

export function caughtUpReply(): ReadResp {
  const reply = new ReadResp();
  reply.setCaughtUp(new ReadResp.CaughtUp());
  return reply;
}
