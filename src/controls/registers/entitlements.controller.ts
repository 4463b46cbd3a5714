import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { listEntitlements } from '../../../projections/control-registers';
import { type ReadModel } from '../../../projections/read-model';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  CURSORS,
  type Cursors,
  Paging,
  pointerOf,
  READ_MODEL,
  readBody,
  Scopes,
  validated,
  ValidQuery,
  writeHeaders,
} from '../../http';
import { type FieldError, fieldErrors, isTieoutError } from '../../kernel/errors';
import { sha256Hex } from '../../kernel/hash';
import { type JsonObject } from '../../kernel/json';
import { FILE_BYTES_MAX, type FileEntry, readRegisterFile } from '../imports/register-file';
import { ControlRegisters } from './control-registers';
import { EntitlementDto, EntitlementFileQuery, EntitlementsQuery } from './holding.dto';
import { plain } from './plain';
import { ENTITLEMENT_LIST } from './register-kinds.policy';

const FAULTS_MAX = 100;

/** Who holds which right in which system, as the approved lists say. */
@ApiTags('controls')
@Controller('v1/controls/entitlements')
export class EntitlementsController {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CURSORS) private readonly cursors: Cursors,
    @Inject(ControlRegisters) private readonly registers: ControlRegisters,
  ) {}

  @Get()
  @Scopes('ledger.read', 'config.manage')
  @ApiOperation({ summary: 'Rights of the approved lists, with the period in which each is held' })
  list(
    @ValidQuery(EntitlementsQuery) query: EntitlementsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object {
    const paging = new Paging(this.cursors, 'entitlements', query);
    const { system, person, account, duty, at } = query;
    const filter = { system, person, account, duty, at };
    const page = this.readModel.query((db) => listEntitlements(db, { filter, ...paging.request }));
    return paging.send(page, { request, reply });
  }

  @Post()
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiConsumes('text/csv', 'application/x-ndjson', 'application/json')
  @ApiOperation({ summary: 'Propose the list of a system from a file, whole or not at all' })
  async propose(
    @ValidQuery(EntitlementFileQuery) { system, asOf, dryRun }: EntitlementFileQuery,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const bytes = await readBody(request, FILE_BYTES_MAX);
    const file = await readRegisterFile(bytes, request.headers['content-type'], {});
    const { rows, faults } = entitlementsIn(file);
    const name = { kind: ENTITLEMENT_LIST, id: system };
    const entry = { asOf, rows };
    const told = {
      system,
      rows: file.length,
      rejected: faults.length,
      faults: faults.slice(0, FAULTS_MAX),
    };
    if (faults.length > 0) {
      if (dryRun !== 'yes') throw fieldErrors(faults.map(fieldErrorOf));
      return { dryRun: true, ...told, result: 'rejected' };
    }
    const proposal = { entry, replaces: true };
    if (dryRun === 'yes') {
      const reading = this.registers.reading();
      const isNew = await this.registers.preview(name, proposal, { caller, reading });
      return { dryRun: true, ...told, result: isNew ? 'proposed' : 'unchanged' };
    }
    const context = contextOf({ system, asOf, sha256: sha256Hex(bytes) });
    const done = await this.registers.propose(name, proposal, { caller, context });
    writeHeaders(reply, { ...done, location: `/v1/controls/${ENTITLEMENT_LIST.path}/${system}` });
    return { ...told, result: done.events.length > 0 ? 'proposed' : 'unchanged' };
  }
}

interface Fault {
  readonly line: number;
  readonly detail: string;
}

const fieldErrorOf = ({ line, detail }: Fault): FieldError => ({
  ...{ pointer: `/rows/${line}`, code: 'contract-violation', detail: `line ${line}: ${detail}` },
});

/** A list that lacks a row would end a right that is held. */
function entitlementsIn(file: readonly FileEntry[]) {
  const rows: JsonObject[] = [];
  const faults: Fault[] = [];
  for (const { line, json, refused = '' } of file) {
    try {
      if (json === undefined) faults.push({ line, detail: refused });
      else rows.push(plain(validated(EntitlementDto, json, pointerOf)));
    } catch (error) {
      if (!isTieoutError(error)) throw error;
      faults.push({ line, detail: error.message });
    }
  }
  return { rows, faults };
}
