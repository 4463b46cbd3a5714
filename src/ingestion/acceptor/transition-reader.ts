import { fieldError, fieldErrors, isTieoutError, TieoutError, tooLarge } from '../../kernel/errors';
import { parseInstant } from '../../kernel/instant';
import { type JsonObject } from '../../kernel/json';
import { type Instant } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { CompiledValidator } from '../contract/compiled-validator';
import { type Contracted, underContract } from '../contract/contract.policy';
import { TransitionEventDto } from '../contract/transition-event.dto';
import { codeOfConstraint } from '../contract/violations';
import { type Source } from '../sources/source-register';
import { type Deliverer, type Submission } from './submission';

/** An event that was read, validated, and accepted by its contract. */
export interface Reading {
  readonly event: TransitionEventDto;
  readonly source: Source;
  readonly contracted: Contracted;
  readonly occurredAt: Instant;
  readonly stream: string;
}

/** An event that cannot be accepted as it is. */
export interface Unread {
  readonly error: TieoutError;
  /** what the bytes say of themselves, as far as they could be read */
  readonly says: { readonly source?: string; readonly id?: string; readonly type?: string };
}

export interface Sources {
  ofUri(uri: string): Source | undefined;
}

const validator = new CompiledValidator(TransitionEventDto);

/** Reads events; pure but for the register of sources, so a window of events is read without any I/O. */
export class TransitionReader {
  constructor(
    private readonly sources: Sources,
    private readonly eventBytesMax: number,
  ) {}

  read(submission: Submission, deliverer: Deliverer): Reading | Unread {
    let json: JsonObject | undefined;
    try {
      if (submission.bytes.length > this.eventBytesMax) {
        throw tooLarge('The event', this.eventBytesMax, submission.bytes.length, 'bytes');
      }
      json = submission.read();
      return this.understood(json, deliverer);
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      return { error, says: saysOf(json) };
    }
  }

  private understood(json: JsonObject, deliverer: Deliverer): Reading {
    // A sender must learn that a source is not theirs before anything of the event is kept in its name.
    const source = this.allowedSource(json, deliverer);
    const event: unknown = json;
    if (!validator.accepts(event)) throw fieldErrors(validator.errors(event, codeOfConstraint));
    if (source === undefined)
      throw fieldError('malformed', '/source', 'is the URI of a registered source system');
    const contracted = underContract(event, source.codesOf);
    if (Array.isArray(contracted)) throw fieldErrors(contracted);
    const occurredAt = parseInstant(event.time, '/time', source.fineTime);
    return { event, source, contracted, occurredAt, stream: streamOf(event) };
  }

  /** `undefined` when the event names no source at all, which validation then reports. */
  private allowedSource(json: JsonObject, { sources }: Deliverer): Source | undefined {
    const uri = json['source'];
    if (typeof uri !== 'string' || uri === '') return undefined;
    const source = this.sources.ofUri(uri);
    if (source === undefined) {
      throw new TieoutError(
        'source-not-allowed',
        'No source system is registered with this URI. Register it: PUT /v1/sources/{id}.',
        { pointer: '/source' },
      );
    }
    if (sources !== 'all' && !sources.has(source.id)) {
      throw new TieoutError(
        'source-not-allowed',
        `This key does not deliver for the source ${source.id}.`,
        {
          pointer: '/source',
        },
      );
    }
    return source;
  }
}

export function isReading(read: Reading | Unread): read is Reading {
  return 'event' in read;
}

/** True when the sender named a source that the register, as it was read last, does not have. */
export function namesUnknownSource(read: Reading | Unread, sources: Sources): boolean {
  return (
    !isReading(read) &&
    read.says.source !== undefined &&
    sources.ofUri(read.says.source) === undefined
  );
}

function streamOf({ data }: TransitionEventDto): string {
  try {
    return streamName(data.object.type, data.entity, data.object.id);
  } catch (error) {
    if (!isTieoutError(error, 'too-large')) throw error;
    throw fieldError(
      'contract-violation',
      '/data/object/id',
      'is too long once it is percent-encoded',
    );
  }
}

function saysOf(json: JsonObject | undefined): Unread['says'] {
  const text = (name: string): string | undefined => {
    const value = json?.[name];
    return typeof value === 'string' && value !== '' && value.length <= 1024 ? value : undefined;
  };
  const [source, id, type] = [text('source'), text('id'), text('type')];
  return {
    ...(source === undefined ? {} : { source }),
    ...(id === undefined ? {} : { id }),
    ...(type === undefined ? {} : { type }),
  };
}
