import { Controller, Get, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { listDefinitions } from '../../../projections/reconciliation-board/definitions.view';
import { ReconPages } from '../../../projections/reconciliation-board/recon-pages';
import { type Executed } from '../../commanding';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  JsonBody,
  readBody,
  Scopes,
  writeHeaders,
} from '../../http';
import { parseCivilDate } from '../../kernel/civil-date';
import { notFound, TieoutError } from '../../kernel/errors';
import { isJsonObject } from '../../kernel/json';
import { parseStrictJson } from '../../kernel/strict-json';
import { ApproveDefinitionDto, BackTestDto, RetireDefinitionDto } from './definitions.dto';
import { type DefinitionState } from './definition.decider';
import { DefinitionWork } from './definition-work';

const DEFINITION_BYTES_MAX = 64 * 1024;
const ID_FORM = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** What is compared, and how: definitions as versions that one person proposes and another approves. */
@ApiTags('reconciliation')
@Controller('v1/recon/definitions')
export class DefinitionsController {
  constructor(
    @Inject(DefinitionWork) private readonly work: DefinitionWork,
    @Inject(ReconPages) private readonly pages: ReconPages,
  ) {}

  @Get()
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'Definitions with their versions, and what the last run of each said' })
  list(): object {
    return { items: this.pages.read((db) => listDefinitions(db)) };
  }

  @Get(':id/versions/:n')
  @Scopes('ledger.read')
  @ApiOperation({ summary: 'One version of a definition, proposed or approved' })
  async version(@Param('id') id: string, @Param('n') n: string): Promise<object> {
    return this.work.version(idOf(id), numberOf(n));
  }

  @Put(':id/versions/:n')
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiOperation({ summary: 'Propose the next version of a definition' })
  @ApiBody({ schema: { type: 'object' } })
  async propose(
    @Param('id') id: string,
    @Param('n') n: string,
    @CallerParam() caller: Caller,
    @Req() request: FastifyRequest,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const json = parseStrictJson(await readBody(request, DEFINITION_BYTES_MAX));
    if (!isJsonObject(json))
      throw new TieoutError('contract-violation', 'The body is a definition: a JSON object.');
    const place = { id: idOf(id), version: numberOf(n) };
    const context = contextOf({ ...place, definition: json });
    return this.answered(place, await this.work.propose(place, json, { caller, context }), reply);
  }

  @Post(':id/versions/:n/back-test')
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiOperation({ summary: 'Run a version beside the one in force and list where they differ' })
  async backTest(
    @Param('id') id: string,
    @Param('n') n: string,
    @JsonBody(BackTestDto) { cutoff }: BackTestDto,
  ): Promise<object> {
    const day = parseCivilDate(cutoff, '/cutoff');
    return this.work.backTest({ id: idOf(id), version: numberOf(n) }, day);
  }

  @Post(':id/versions/:n/approve')
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiOperation({ summary: 'Approve a version that another person proposed, on its back-test' })
  async approve(
    @Param('id') id: string,
    @Param('n') n: string,
    @CallerParam() caller: Caller,
    @JsonBody(ApproveDefinitionDto) { backTest }: ApproveDefinitionDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const place = { id: idOf(id), version: numberOf(n) };
    const by = { caller, context: contextOf({ ...place, backTest }) };
    return this.answered(place, await this.work.approve(place, backTest, by), reply);
  }

  @Post(':id/retire')
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiOperation({ summary: 'Retire a definition: from a day on no version of it is in force' })
  async retire(
    @Param('id') id: string,
    @CallerParam() caller: Caller,
    @JsonBody(RetireDefinitionDto) body: RetireDefinitionDto,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const from = parseCivilDate(body.from, '/from');
    const { reason } = body;
    const by = { caller, context: contextOf({ id, from, reason }) };
    const executed = await this.work.retire(idOf(id), { from, reason }, by);
    writeHeaders(reply, executed);
    return { id, retired: executed.state.retired };
  }

  private async answered(
    { id, version }: { readonly id: string; readonly version: number },
    executed: Executed<DefinitionState>,
    reply: FastifyReply,
  ): Promise<object> {
    writeHeaders(reply, {
      ...executed,
      location: `/v1/recon/definitions/${id}/versions/${version}`,
    });
    return this.work.version(id, version);
  }
}

function idOf(id: string): string {
  if (!ID_FORM.test(id)) throw notFound(`The definition ${id}`);
  return id;
}

function numberOf(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw notFound(`Version ${text}`);
  return Number(text);
}
