import { isTieoutError, type FieldError } from '../../kernel/errors';
import { sha256Hex } from '../../kernel/hash';
import { sourceEventId } from '../../kernel/ids';
import { isIdentifier } from '../../kernel/identifier';
import { type Randomness } from '../../kernel/runtime';
import { type BlobStore } from '../../blob-store';
import { type Executor } from '../../commanding';
import { type EntryIds } from '../../event-store';
import { type Keeper } from '../acceptor/keeping';
import { type Deliverer, type Submission } from '../acceptor/submission';
import { type Sources, type Unread } from '../acceptor/transition-reader';
import { type Delivery, type QuarantineCause, type QuarantineError } from '../quarantine.events';
import { type OpenItems } from './open-items';
import { quarantineItem } from './quarantine-item.decider';
import {
  itemOfBytes,
  itemOfEvent,
  itemStream,
  openingEventId,
  QUARANTINE_PROCESS,
} from './quarantine-ids';

const ERRORS_KEPT_MAX = 20;
const SOURCE_ID_LENGTH_MAX = 256;
const EVENT_TYPE_LENGTH_MAX = 128;

/** Codes of what could not even be read; everything else is for the people who own the data. */
const isTechnical = (code: string): boolean => code.startsWith('json-') || code === 'malformed';

export interface QuarantineDependencies {
  readonly origin: string;
  readonly executor: Executor;
  readonly ids: EntryIds;
  readonly blobs: BlobStore;
  readonly sources: Sources;
  readonly randomness: Randomness;
  readonly open: OpenItems;
}

/** Keeps what cannot be accepted: bytes in the blob store under their hash, arrival and reason in the ledger. */
export class Quarantine implements Keeper {
  constructor(private readonly deps: QuarantineDependencies) {}

  async keep(submission: Submission, unread: Unread, deliverer: Deliverer): Promise<string> {
    const { origin, blobs, open } = this.deps;
    const delivery = this.deliveryOf(submission, unread, deliverer);
    const { eventId, sha256 } = delivery;
    const item =
      eventId === undefined
        ? itemOfBytes(origin, deliverer.client, sha256)
        : itemOfEvent(origin, eventId);
    // Noted before it is there: from now on an event that is recorded asks the store for the item.
    if (eventId !== undefined) open.noteOpened(eventId);
    if (!blobs.has(sha256)) await blobs.putBytes(submission.bytes);
    const isFirst = await this.deliver(item, delivery, 0);
    if (!isFirst) await this.deliver(item, delivery, this.anyNumber());
    return item;
  }

  async supersede(ids: readonly string[]): Promise<void> {
    const { origin, open } = this.deps;
    const asked = open.among(ids);
    if (asked.length === 0) return;
    const openings = new Map(
      asked.map((id) => [openingEventId(origin, itemOfEvent(origin, id)), id]),
    );
    const found = await this.deps.ids.find([...openings.keys()]);
    for (const opening of found.keys()) {
      const eventId = openings.get(opening);
      if (eventId !== undefined) await this.supersedeOne(eventId);
    }
  }

  private async supersedeOne(eventId: string): Promise<void> {
    const { origin, executor, open } = this.deps;
    try {
      await executor.execute({
        stream: itemStream(itemOfEvent(origin, eventId)),
        decider: quarantineItem,
        command: { kind: 'supersede', eventId },
        context: { process: 'quarantine-superseded', causingEventId: eventId, n: this.anyNumber() },
        causation: eventId,
      });
      open.noteClosed(eventId);
    } catch (error) {
      // The event is recorded whatever becomes of the item, which stays open and can be closed by hand.
      if (!isTieoutError(error, 'store-unavailable', 'outcome-unknown', 'concurrent-change'))
        throw error;
    }
  }

  /** @returns false when the item was there before */
  private async deliver(item: string, delivery: Delivery, n: number): Promise<boolean> {
    const { replayed } = await this.deps.executor.execute({
      stream: itemStream(item),
      decider: quarantineItem,
      command: { kind: 'deliver', delivery },
      context: { process: QUARANTINE_PROCESS, causingEventId: item, n },
    });
    return !replayed;
  }

  private deliveryOf(
    submission: Submission,
    { error, says }: Unread,
    { client }: Deliverer,
  ): Delivery {
    const { origin, sources } = this.deps;
    const system = says.source === undefined ? undefined : sources.ofUri(says.source)?.id;
    const sourceId = isKeptText(says.id, SOURCE_ID_LENGTH_MAX) ? says.id : undefined;
    const eventType = isKeptText(says.type, EVENT_TYPE_LENGTH_MAX) ? says.type : undefined;
    const eventId =
      system === undefined || sourceId === undefined
        ? undefined
        : sourceEventId(origin, system, sourceId);
    return {
      sha256: sha256Hex(submission.bytes),
      bytes: submission.bytes.length,
      contentType: submission.contentType,
      form: submission.form,
      client,
      ...reasonOf(error),
      ...(system === undefined ? {} : { system }),
      ...(sourceId === undefined ? {} : { sourceId }),
      ...(eventId === undefined ? {} : { eventId }),
      ...(eventType === undefined ? {} : { eventType }),
    };
  }

  /** Each further delivery is an event of its own, however alike. */
  private anyNumber(): number {
    return Number(Buffer.from(this.deps.randomness.bytes(6)).readUIntBE(0, 6)) + 1;
  }
}

/** Why something was not accepted, as it is recorded. */
export function reasonOf(error: Unread['error']): {
  readonly cause: QuarantineCause;
  readonly code: string;
  readonly errors: readonly QuarantineError[];
} {
  const fields = (error.members['errors'] ?? []) as unknown as readonly FieldError[];
  const pointer = error.members['pointer'];
  const all: readonly QuarantineError[] =
    fields.length > 0
      ? fields.map(({ pointer: at, code, detail }) => ({ pointer: at, code, detail }))
      : [
          {
            pointer: typeof pointer === 'string' ? pointer : '',
            code: error.code,
            detail: error.message,
          },
        ];
  return {
    cause: isTechnical(error.code) ? 'technical' : 'business',
    code: error.code,
    errors: all.slice(0, ERRORS_KEPT_MAX),
  };
}

function isKeptText(text: string | undefined, lengthMax: number): text is string {
  return text !== undefined && text.length <= lengthMax && isIdentifier(text);
}
