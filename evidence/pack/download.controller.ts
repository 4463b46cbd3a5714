import { Controller, Get, Headers, Inject, Param, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';

import { type BlobStore } from '../../src/blob-store';
import { type CommandContext, Executor } from '../../src/commanding';
import {
  BLOBS,
  type Caller,
  CallerParam,
  EXECUTOR,
  problemOf,
  RANDOMNESS,
  Scopes,
} from '../../src/http';
import { notFound, TieoutError } from '../../src/kernel/errors';
import { hex, sha256Hex } from '../../src/kernel/hash';
import { type JsonObject } from '../../src/kernel/json';
import { type Randomness } from '../../src/kernel/runtime';
import { parseStreamName } from '../../src/kernel/stream-name';
import { byteRange, type ByteRange, slice } from './byte-range';
import { evidencePack } from './evidence-pack.decider';
import { type PackBuilt } from './evidence-pack.events';
import { packName } from './pack-name.policy';
import { PackStreams } from './pack-streams';

const KEY_BYTES = 16;

interface Ready {
  readonly stream: string;
  readonly name: string;
  readonly built: PackBuilt;
}

/** Finished packs: their manifest, and their bytes. Who took which bytes is an event of the pack. */
@ApiTags('evidence')
@Controller('v1/evidence')
export class DownloadController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
    @Inject(PackStreams) private readonly streams: PackStreams,
  ) {}

  @Get('packs/:id/manifest')
  @Scopes('evidence.read')
  @ApiOperation({ summary: 'Files of a pack with their hashes' })
  async manifest(@Param('id') id: string): Promise<JsonObject> {
    const { name, built } = await this.ready(id);
    const manifest = this.blobs.read(built.coreSha256);
    if (manifest === undefined) throw notFound('The manifest');
    const files = [...manifest.toString().matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)];
    return {
      id,
      name,
      ...built,
      files: files.map(([, sha256 = '', path = '']) => ({ path, sha256 })),
    };
  }

  @Get('packs/:id/download')
  @Scopes('evidence.read')
  @ApiOperation({ summary: 'The pack as a ZIP; a range of it on request' })
  @ApiProduces('application/zip')
  async download(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @Headers('range') range: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | object | undefined> {
    const ready = await this.ready(id);
    const { sha256, bytes } = ready.built;
    const part = byteRange(range, bytes);
    describe(reply, ready);
    if (part === 'unsatisfiable') return beyond(reply, bytes);
    const sent = part ?? { from: 0, to: bytes };
    if (part !== undefined) {
      void reply.status(206).header('Content-Range', `bytes ${part.from}-${part.to - 1}/${bytes}`);
    }
    void reply.header('Content-Length', sent.to - sent.from);
    if (request.method === 'HEAD') return undefined;
    // Recorded before the first byte leaves: if that cannot be done, nothing is delivered.
    await this.record(ready, caller, sent);
    return new StreamableFile(
      Readable.from(slice(this.blobs.open(sha256), sent), { objectMode: false }),
    );
  }

  private async ready(id: string): Promise<Ready> {
    const stream = this.streams.streamOf(id);
    const { state, events } = await this.executor.load(stream, evidencePack);
    const [asked] = events;
    if (state.built === undefined || asked === undefined) {
      throw new TieoutError(
        'state-conflict',
        `The pack is ${state.phase}; there is no file to take.`,
        {
          state: state.phase,
        },
      );
    }
    return {
      stream,
      name: packName(parseStreamName(stream).key, asked.entry.recordedAt),
      built: state.built,
    };
  }

  private async record(
    { stream, built }: Ready,
    caller: Caller,
    { from, to }: ByteRange,
  ): Promise<void> {
    // Each download is an act of its own, so its key is fresh and not the caller's.
    const context: CommandContext = {
      principal: caller.client,
      actor: { id: caller.client, kind: caller.kind },
      idempotencyKey: `download-${hex(this.randomness.bytes(KEY_BYTES))}`,
      digest: sha256Hex(`${stream}\n${built.sha256}\n${from}\n${to}`),
    };
    const download = { by: caller.client, keyId: caller.keyId, sha256: built.sha256, from, to };
    await this.executor.execute({
      stream,
      decider: evidencePack,
      command: { kind: 'record-download', download },
      context,
    });
  }
}

function describe(reply: FastifyReply, { name, built }: Ready): void {
  const digest = Buffer.from(built.sha256, 'hex').toString('base64');
  void reply
    .header('Content-Type', 'application/zip')
    .header('Content-Disposition', `attachment; filename="${name}.zip"`)
    .header('Accept-Ranges', 'bytes')
    .header('ETag', `"${built.sha256}"`)
    .header('Repr-Digest', `sha-256=:${digest}:`);
}

/** 416, with the size, so that a client can ask again; the code is that of every range that is not there. */
function beyond(reply: FastifyReply, bytes: number): object {
  const problem = problemOf(
    new TieoutError('range-invalid', `The file has ${bytes} bytes; the range begins beyond them.`),
  );
  void reply
    .status(416)
    .header('Content-Type', 'application/problem+json')
    .header('Content-Range', `bytes */${bytes}`);
  return { ...problem, status: 416 };
}
