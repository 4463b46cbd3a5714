import { HttpCode, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiConsumes, ApiOperation } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  JsonBody,
  Scopes,
  ValidQuery,
} from '../../http';
import { type RegisterBase, registerRoutes } from '../registers/register-controllers';
import { type RegisterKind } from '../registers/register-kinds.policy';
import { ApproveManyDto, ImportQuery } from './import.dto';
import { type FileShape } from './register-file';
import { type ImportReport, RegisterImports } from './register-imports';

/** Members of CSV files that hold more than one value, by register. */
const SHAPES: Readonly<Record<string, FileShape>> = {
  'auto-approval': { lists: ['duties'] },
  delegation: { lists: ['duties'] },
  'payee-group': { objects: ['vendors'] },
};

interface BulkRegister {
  readonly kind: RegisterKind;
  readonly dto: Type<object>;
  /** scope of whoever proposes */
  readonly manage: string;
}

/** The routes of a register with those that take many entries at once. */
export function bulkRoutes({ kind, dto, manage }: BulkRegister): Type<RegisterBase> {
  class Bulk extends registerRoutes(kind, manage) {
    @Inject(RegisterImports) protected readonly imports!: RegisterImports;

    @Post('imports')
    @HttpCode(200)
    @Scopes(manage)
    @ApiConsumes('text/csv', 'application/x-ndjson', 'application/json')
    @ApiOperation({ summary: `Propose each ${kind.noun} of a file; every row gets its own answer` })
    async importFile(
      @ValidQuery(ImportQuery) { dryRun }: ImportQuery,
      @CallerParam() caller: Caller,
      @Command() contextOf: ContextOf,
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<ImportReport> {
      const call = { caller, context: contextOf(), isDryRun: dryRun === 'yes' };
      const taker = this.imports.ofRegister(kind, dto, call);
      const shape = SHAPES[kind.type] ?? {};
      const report = await this.imports.file(request, { shape, taker, call });
      if (report.rejected > 0) void reply.status(207);
      return report;
    }

    @Post('approve')
    @HttpCode(200)
    @Scopes('approve')
    @ApiOperation({ summary: `Put each ${kind.noun} of a list in force, as another person` })
    async approveMany(
      @JsonBody(ApproveManyDto) { ids }: ApproveManyDto,
      @CallerParam() caller: Caller,
      @Command() contextOf: ContextOf,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const context = contextOf({ ids });
      const results = await this.imports.approve(kind, ids, { caller, context });
      if (results.some(({ result }) => result === 'refused')) void reply.status(207);
      return { results };
    }
  }
  return Bulk;
}
