import { type Json } from '../../kernel/json';
import { isTieoutError, notFound, TieoutError, tooLarge } from '../../kernel/errors';
import { type BlobStore } from '../../blob-store';
import { type CommandContext, type Executed, type Executor } from '../../commanding';
import { type FileDelivery } from '../../ingestion';
import { type CsvMapping, parseCsvMapping } from '../sources/csv/csv-mapping';
import { sourceIds, sourceOf, type StatementSource } from '../sources/source.policy';
import { type RejectedRow } from '../sources/statement';
import { batch, type BatchState, fileImported } from './batch.decider';
import { type BatchReceived, type FileRef } from './batch.events';
import { batchIdOf, batchStream } from './batch-names';
import { mappingStream, statementMapping } from './mapping.decider';
import { type NormalisedLine } from './normalised-file';
import {
  type CountKnown,
  HashedBytes,
  type KnownKeys,
  StatementReading,
} from './read-statement-file';

/** What cannot be read may be anything, whatever its source sends otherwise. */
const UNREAD = 'application/octet-stream';

export interface ImportRequest {
  readonly source: string;
  /** legal entity whose account it is; `_` when the file is for several */
  readonly entity: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** id of the saved mapping, for a source of CSV files */
  readonly mapping?: string | undefined;
}

export interface ImportDependencies {
  readonly executor: Executor;
  readonly blobs: BlobStore;
  readonly fileBytesMax: number;
  readonly countKnown: CountKnown;
  readonly knownKeys: KnownKeys;
  /** keeps a file that cannot be read; gives the item's id */
  readonly quarantine: (file: FileDelivery, context: CommandContext) => Promise<string>;
  /** whether a batch of this source holds this file, whatever its entity */
  readonly isImported: (source: string, fileSha256: string) => boolean;
}

/** What a dry run tells: everything that an import would record, and nothing is. */
export interface DryImport {
  readonly batch: string;
  readonly received: Omit<BatchReceived, 'normalised'>;
  readonly rejects: readonly RejectedRow[];
  /** the first lines as they would be recorded */
  readonly lines: readonly NormalisedLine[];
}

export interface ImportedBatch {
  readonly id: string;
  readonly received: BatchReceived;
  readonly executed: Executed<BatchState>;
}

/** Imports a statement file: bytes into the blob store, lines beside them, hashes and control totals into the ledger. */
export class StatementImporter {
  constructor(private readonly deps: ImportDependencies) {}

  /**
   * Reads and counts; stores nothing.
   *
   * @throws TieoutError `not-found` (source), `too-large`, `contract-violation` with the reason and the place
   */
  async dryRun({ source, mapping, content }: ImportRequest): Promise<DryImport> {
    const known = await this.known(source, mapping);
    const hashed = new HashedBytes();
    const reading = this.reading(known);
    const pieces = reading.normalised(this.limited(hashed.through(content)));
    while ((await pieces.next()).done !== true) continue;
    const file = { sha256: hashed.sha256(), bytes: hashed.bytes };
    return {
      batch: batchIdOf(known.source.id, file.sha256),
      received: { ...this.described(known, reading), file },
      rejects: reading.rejects,
      lines: reading.firstLines,
    };
  }

  /**
   * Records a file. The raw bytes are durable before they are read, so that a file that cannot be read is kept too.
   *
   * @param contextOf makes the command's context from the request's content
   * @throws TieoutError `file-imported` naming the batch; `contract-violation` naming the quarantine item too; those of
   *   `dryRun`
   */
  async import(
    request: ImportRequest,
    contextOf: (body: Json) => CommandContext,
  ): Promise<ImportedBatch> {
    const known = await this.known(request.source, request.mapping);
    const { source } = known;
    const { entity } = request;
    const stored = await this.deps.blobs.put(request.content, this.deps.fileBytesMax);
    const file: FileRef = { sha256: stored.sha256, bytes: stored.bytes };
    const id = batchIdOf(source.id, file.sha256);
    const stream = batchStream(entity, id);
    const context = contextOf({
      source: source.id,
      entity,
      file: file.sha256,
      ...(request.mapping === undefined ? {} : { mapping: request.mapping }),
    });
    const isElsewhere = this.deps.isImported(source.id, file.sha256);
    // A file that is there already need not be read again to be answered.
    const before = (await this.deps.executor.load(stream, batch)).state.received;
    if (before === undefined && isElsewhere) throw fileImported(id);
    const received = before ?? (await this.readOrKeep(known, file, context));
    const executed = await this.deps.executor.execute({
      stream,
      decider: batch,
      command: { id, received },
      context,
    });
    return { id, received: executed.state.received ?? received, executed };
  }

  /** A file that cannot be read stays in quarantine with its bytes; the error names the item. */
  private async readOrKeep(
    known: KnownSource,
    file: FileRef,
    context: CommandContext,
  ): Promise<BatchReceived> {
    try {
      return await this.read(known, file);
    } catch (error) {
      if (!isTieoutError(error, 'contract-violation')) throw error;
      const { code, message, members } = error;
      const errors = [{ pointer: '', code, detail: message }];
      const delivery = { ...file, contentType: UNREAD, code, errors };
      const quarantine = await this.deps.quarantine(delivery, context);
      throw new TieoutError(code, message, { ...members, quarantine });
    }
  }

  private async read(
    known: KnownSource,
    file: { sha256: string; bytes: number },
  ): Promise<BatchReceived> {
    const reading = this.reading(known);
    const normalised = await this.deps.blobs.put(
      reading.normalised(this.deps.blobs.open(file.sha256)),
    );
    return { ...this.described(known, reading), file, normalised };
  }

  private reading({ source, mapping }: KnownSource): StatementReading {
    const { countKnown, knownKeys } = this.deps;
    return new StatementReading({ source, mapping: mapping?.read, countKnown, knownKeys });
  }

  private described({ source, mapping }: KnownSource, reading: StatementReading) {
    const { format, encoding, parser } = reading.file;
    return {
      source: source.id,
      format,
      encoding,
      parser,
      ...(mapping === undefined ? {} : { mapping: mapping.named }),
      ...reading.summary.result(),
    };
  }

  /** @throws TieoutError `not-found` (source, mapping), `malformed` for a mapping too many or too few */
  private async known(id: string, mapping: string | undefined): Promise<KnownSource> {
    const source = knownSource(id);
    const kind = mappedKind(source);
    if (mapping === undefined) {
      if (kind !== 'statement') return { source };
      throw wrongMapping(`The source ${id} is read by a mapping: name it with mapping=ID.`);
    }
    if (kind === undefined) throw wrongMapping(`The source ${id} takes no mapping.`);
    const stream = mappingStream(mapping);
    const { saved } = (await this.deps.executor.load(stream, statementMapping)).state;
    if (saved === undefined) throw notFound(`The mapping ${mapping}`);
    const { version, sha256 } = saved;
    const read = parseCsvMapping(saved.mapping);
    if (read.kind !== kind)
      throw wrongMapping(
        `The mapping ${mapping} is of kind ${read.kind}; the source ${id} needs ${kind}.`,
      );
    return { source, mapping: { named: { id: mapping, version, sha256 }, read } };
  }

  private async *limited(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const piece of content) {
      bytes += piece.length;
      if (bytes > this.deps.fileBytesMax)
        throw tooLarge('The file', this.deps.fileBytesMax, bytes, 'bytes');
      yield piece;
    }
  }
}

interface KnownSource {
  readonly source: StatementSource;
  readonly mapping?: {
    readonly named: NonNullable<BatchReceived['mapping']>;
    readonly read: CsvMapping;
  };
}

/** The kind of mapping that a source takes; statements in CSV cannot be read without one. */
function mappedKind({ formats }: StatementSource): CsvMapping['kind'] | undefined {
  if (formats.includes('csv')) return 'statement';
  return formats.includes('gl-csv') ? 'ledger' : undefined;
}

const wrongMapping = (detail: string) =>
  new TieoutError('malformed', detail, { parameter: 'mapping' });

function knownSource(id: string): StatementSource {
  const source = sourceOf(id);
  if (source === undefined)
    throw notFound(`The source ${id} (there is: ${sourceIds().join(', ')})`);
  return source;
}
