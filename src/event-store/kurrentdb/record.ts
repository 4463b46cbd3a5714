import { type AllStreamResolvedEvent, type ResolvedEvent } from '@eventstore/db-client';
import { storeCorrupt } from '../../kernel/errors';
import { hex, sha256 } from '../../kernel/hash';
import { type RecordedEvent } from '../port';
import { type KurrentPosition, kurrentPositions } from './kurrent-positions';

export type Resolved = ResolvedEvent | AllStreamResolvedEvent;

/** A record of the server, before it is known what it is to the ledger. */
export interface ServerRecord {
  /** the server's name of the stream */
  readonly name: string;
  readonly revision: bigint;
  readonly position: KurrentPosition;
  readonly storeId: string;
  readonly type: string;
  /** `undefined` where somebody wrote JSON, whose bytes the client does not give */
  readonly data: Uint8Array | undefined;
}

/** @throws TieoutError `store-corrupt` for a record without an event or a place */
export function recordOf(resolved: Resolved): ServerRecord {
  const { event } = resolved;
  if (event?.position === undefined) {
    throw storeCorrupt('A record of the server has no event or no position.');
  }
  const { streamId, revision, id, type, data, isJson, position } = event;
  return {
    name: streamId,
    revision,
    position: kurrentPositions.at(position.commit, position.prepare),
    storeId: id,
    type,
    data: isJson ? undefined : (data as Uint8Array),
  };
}

/** @throws TieoutError `store-corrupt` when it cannot be an entry of ours */
export function eventOf(record: ServerRecord, stream: string): RecordedEvent {
  const { revision, position, storeId, type, data } = record;
  if (data === undefined || data.length === 0) {
    throw storeCorrupt(
      `${stream} revision ${revision} was not written by Tieout: its data is JSON or empty.`,
      { stream, revision: String(revision), position: kurrentPositions.print(position) },
    );
  }
  return { stream, revision, position, storeId, type, entry: data };
}

/** What an alarm names a foreign record by: hex SHA-256 of its data. */
export const digestOf = ({ data }: ServerRecord): string => hex(sha256(data ?? new Uint8Array()));
