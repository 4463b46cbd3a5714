import { Controller, Get, HttpCode, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { notFound, TieoutError } from '../../kernel/errors';
import { isJsonObject } from '../../kernel/json';
import { parseStrictJson } from '../../kernel/strict-json';
import { Executor } from '../../commanding';
import { Command, type ContextOf, EXECUTOR, readBody, Scopes, writeHeaders } from '../../http';
import { parseCsvMapping } from '../sources/csv/csv-mapping';
import { mappingStream, statementMapping } from './mapping.decider';
import { type MappingSaved } from './mapping.events';

const MAPPING_BYTES_MAX = 64 * 1024;
const ID_FORM = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** How CSV files are read: mappings, each with its versions. */
@ApiTags('reconciliation')
@Controller('v1/recon/mappings')
export class MappingsController {
  constructor(@Inject(EXECUTOR) private readonly executor: Executor) {}

  @Get(':id')
  @Scopes('ledger.read', 'recon.work')
  @ApiOperation({ summary: 'The version of a CSV mapping that is in force' })
  async get(@Param('id') id: string): Promise<object> {
    const { saved } = (await this.executor.load(streamOf(id), statementMapping)).state;
    if (saved === undefined) throw notFound(`The mapping ${id}`);
    return { id, ...saved };
  }

  @Put(':id')
  @HttpCode(200)
  @Scopes('recon.work')
  @ApiOperation({ summary: 'Save a CSV mapping; a change of it is a new version' })
  @ApiBody({ schema: { type: 'object' } })
  async put(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ readonly id: string } & MappingSaved> {
    const stream = streamOf(id);
    const mapping = parseStrictJson(await readBody(request, MAPPING_BYTES_MAX));
    if (!isJsonObject(mapping))
      throw new TieoutError('contract-violation', 'The body is a JSON object.');
    parseCsvMapping(mapping);
    const executed = await this.executor.execute({
      stream,
      decider: statementMapping,
      command: { mapping },
      context: contextOf({ id, mapping }),
    });
    const { saved } = executed.state;
    if (saved === undefined) throw notFound(`The mapping ${id}`);
    writeHeaders(reply, { ...executed, location: `/v1/recon/mappings/${id}` });
    return { id, ...saved };
  }
}

function streamOf(id: string): string {
  if (!ID_FORM.test(id)) throw notFound(`The mapping ${id}`);
  return mappingStream(id);
}
