import { leafHash } from '../../kernel/hash';
import { writeUuid } from '../../kernel/uuid-bytes';
import { firstRevision } from '../append-rules';
import { type AppendCall, type NewEvent } from '../port';

/**
 * An append as bytes, so that a thousand events cross to the writer's thread in one transferred buffer, and so that what
 * the caller does to its bytes after the call changes nothing:
 *
 *     i64 first revision, u16 events, u16 name length, stream name, u8 length of the predecessor's leaf, that leaf,
 *     (16 id, 16 store id, 32 leaf, u8 type length, type, u16 entry length, entry)*
 *
 * The leaf is hashed here, on the caller's side: the writer's thread, which all appends share, has less to do, and sealing
 * compares it there with what was really written.
 */
const APPEND_HEADER_BYTES = 13;
const EVENT_HEADER_BYTES = 67;
const NO_BYTES = Buffer.alloc(0);

/** One append as the writer takes it. The buffers are views into the packet. */
export interface PackedAppend {
  readonly stream: string;
  readonly start: bigint;
  /** leaf that the stream must end with; without it any will do */
  readonly prev: Buffer | undefined;
  readonly events: readonly PackedEvent[];
  readonly bytes: number;
}

export interface PackedEvent {
  readonly id: Buffer;
  readonly storeId: Buffer;
  readonly type: string;
  readonly entry: Buffer;
  /** SHA-256(0x00 || entry) */
  readonly leaf: Buffer;
}

/** Packs checked appends, names and types of which are ASCII, one after the other. */
export function packed(appends: readonly AppendCall[]): Buffer {
  const size = appends.reduce((sum, append) => sum + packedSize(append), 0);
  // A large packet gets memory of its own, which can be handed over as it is.
  const packet = size < Buffer.poolSize ? Buffer.allocUnsafe(size) : Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const append of appends) at = pack(packet, at, append);
  return packet;
}

function packedSize({ stream, events, prev }: AppendCall): number {
  let size = APPEND_HEADER_BYTES + stream.length + (prev?.length ?? 0);
  for (const { type, entry } of events) size += EVENT_HEADER_BYTES + type.length + entry.length;
  return size;
}

function pack(target: Buffer, offset: number, append: AppendCall): number {
  const { stream, expected, events, prev = NO_BYTES } = append;
  let at = target.writeBigInt64BE(firstRevision(expected), offset);
  at = target.writeUInt16BE(events.length, at);
  at = target.writeUInt16BE(stream.length, at);
  at += target.write(stream, at, 'latin1');
  at = target.writeUInt8(prev.length, at);
  target.set(prev, at);
  at += prev.length;
  for (const event of events) at = packEvent(target, at, event);
  return at;
}

function packEvent(target: Buffer, offset: number, event: NewEvent): number {
  writeUuid(event.id, target, offset);
  writeUuid(event.storeId, target, offset + 16);
  target.set(event.leaf ?? leafHash(event.entry), offset + 32);
  let at = target.writeUInt8(event.type.length, offset + 64);
  at += target.write(event.type, at, 'latin1');
  at = target.writeUInt16BE(event.entry.length, at);
  target.set(event.entry, at);
  return at + event.entry.length;
}

/** Reads the appends of a packet, in order. */
export function unpack(packet: Buffer): PackedAppend[] {
  const appends: PackedAppend[] = [];
  for (let at = 0; at < packet.length;) {
    const begin = at;
    const start = packet.readBigInt64BE(at);
    const count = packet.readUInt16BE(at + 8);
    const nameLength = packet.readUInt16BE(at + 10);
    const nameEnd = at + 12 + nameLength;
    const stream = packet.toString('latin1', at + 12, nameEnd);
    at = nameEnd + 1 + packet.readUInt8(nameEnd);
    const prev = at === nameEnd + 1 ? undefined : packet.subarray(nameEnd + 1, at);
    const events: PackedEvent[] = [];
    for (let i = 0; i < count; i += 1) at = unpackEvent(packet, at, events);
    appends.push({ stream, start, prev, events, bytes: at - begin });
  }
  return appends;
}

function unpackEvent(packet: Buffer, offset: number, events: PackedEvent[]): number {
  const typeEnd = offset + 65 + packet.readUInt8(offset + 64);
  const end = typeEnd + 2 + packet.readUInt16BE(typeEnd);
  events.push({
    id: packet.subarray(offset, offset + 16),
    storeId: packet.subarray(offset + 16, offset + 32),
    type: packet.toString('latin1', offset + 65, typeEnd),
    entry: packet.subarray(typeEnd + 2, end),
    leaf: packet.subarray(offset + 32, offset + 64),
  });
  return end;
}
