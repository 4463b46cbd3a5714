import { Controller, Get, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Executed, Executor } from '../commanding';
import {
  type Caller,
  CallerParam,
  Command,
  type ContextOf,
  etag,
  EXECUTOR,
  JsonBody,
  pointerOf,
  PSEUDONYMS,
  putContext,
  Scopes,
  validated,
  ValidQuery,
  writeHeaders,
} from '../http';
import { notFound } from '../kernel/errors';
import { assertIdentifier } from '../kernel/identifier';
import { parseInstant } from '../kernel/instant';
import { streamName } from '../kernel/stream-name';
import { type Pseudonyms } from '../privacy';
import { account as register, type AccountState, pendingOf } from './account.decider';
import { AccountRowDto, PutAccountDto } from './account.dto';
import { type AccountMapped } from './account.events';
import { periodsInForce } from './account.policy';
import { ImportQuery } from './imports/import.dto';
import { type ImportReport, RegisterImports, type RowTaker } from './imports/register-imports';
import { plain } from './registers/plain';
import { ControlRegisters } from './registers/control-registers';
import { type Decider } from './registers/register.events';

/** Own clients act under their own names, so their accounts need no pseudonym. */
const OWN_SYSTEM = 'tieout';

/** Which account is whose: proposed by one person, put in force by another. */
@ApiTags('controls')
@Controller('v1/controls/accounts')
export class AccountsController {
  constructor(
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(PSEUDONYMS) private readonly pseudonyms: Pseudonyms,
    @Inject(ControlRegisters) private readonly registers: ControlRegisters,
    @Inject(RegisterImports) private readonly imports: RegisterImports,
  ) {}

  @Get(':system/:account')
  @Scopes('ledger.read', 'config.manage')
  @ApiOperation({ summary: 'Who an account is, and what waits for approval' })
  async get(
    @Param('system') system: string,
    @Param('account') account: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const id = system === OWN_SYSTEM ? account : this.pseudonyms.knownAs(system, account);
    const loaded = id === undefined ? undefined : await this.executor.load(streamOf(id), register);
    if (id === undefined || loaded === undefined || loaded.revision < 0n) {
      throw notFound(`The mapping of account ${account} of ${system}`);
    }
    void reply.header('ETag', etag(loaded.revision));
    return shown({ id, system, account }, loaded.state);
  }

  @Put(':system/:account')
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiOperation({
    summary: 'Propose who an account is; it has no effect before another person approves',
  })
  async propose(
    @Param('system') system: string,
    @Param('account') account: string,
    @JsonBody(PutAccountDto) body: PutAccountDto,
    @CallerParam() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    assertIdentifier(system, '/system');
    assertIdentifier(account, '/account');
    const id = this.idOf(system, account, body.kind);
    const by = await this.registers.partyOf(caller);
    const as = mappingOf(body, by);
    const context = putContext(caller, request, { ...as });
    const command = { kind: 'map', as, isBlind: context.ifMatch === undefined } as const;
    const done = await this.executor.execute({
      stream: streamOf(id),
      decider: register,
      command,
      context,
    });
    void reply.status(done.revision === 0n ? 201 : 200);
    return answered(reply, { id, system, account }, done);
  }

  @Post(':system/:account/approve')
  @HttpCode(200)
  @Scopes('approve')
  @ApiOperation({
    summary: 'Put the proposed mapping in force, also for what the account did before',
  })
  async approve(
    @Param('system') system: string,
    @Param('account') account: string,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const id = system === OWN_SYSTEM ? account : this.pseudonyms.knownAs(system, account);
    if (id === undefined) throw notFound(`The mapping of account ${account} of ${system}`);
    const by = await this.registers.partyWithDelegates(caller);
    const command = { kind: 'approve', by } as const;
    const request = { stream: streamOf(id), decider: register, command, context: contextOf() };
    return answered(reply, { id, system, account }, await this.executor.execute(request));
  }

  @Post('imports')
  @HttpCode(200)
  @Scopes('config.manage')
  @ApiConsumes('text/csv', 'application/x-ndjson', 'application/json')
  @ApiOperation({ summary: 'Propose who each account of a file is; every row gets its own answer' })
  async importFile(
    @ValidQuery(ImportQuery) { dryRun }: ImportQuery,
    @CallerParam() caller: Caller,
    @Command() contextOf: ContextOf,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportReport> {
    const call = { caller, context: contextOf(), isDryRun: dryRun === 'yes' };
    const taker = await this.takerOf(caller);
    const report = await this.imports.file(request, { shape: {}, taker, call });
    if (report.rejected > 0) void reply.status(207);
    return report;
  }

  /** Rows with `system` and `account` beside what a mapping says; one account may have a row for each period. */
  private async takerOf(caller: Caller): Promise<RowTaker> {
    const by = await this.registers.partyOf(caller);
    return {
      read: (json) => {
        const row = validated(AccountRowDto, json, pointerOf) as AccountRowDto;
        const id = `${row.system}/${row.account} from ${row.validFrom}`;
        return { id, content: plain(row) };
      },
      take: async (_, content, context) => {
        const row = content as unknown as AccountRowDto;
        const { system, account } = row;
        const command = { kind: 'map', as: mappingOf(row, by), isBlind: false } as const;
        if (context === undefined) {
          const known = system === OWN_SYSTEM ? account : this.pseudonyms.knownAs(system, account);
          const { state } =
            known === undefined
              ? { state: register.initial }
              : await this.executor.load(streamOf(known), register);
          return register.decide(command, state).length > 0;
        }
        const stream = streamOf(this.idOf(system, account, row.kind));
        const done = await this.executor.execute({ stream, decider: register, command, context });
        return done.events.length > 0 && !done.replayed;
      },
    };
  }

  private idOf(system: string, account: string, kind: AccountMapped['kind']): string {
    if (system === OWN_SYSTEM) return account;
    return this.pseudonyms.of(system, account, kind === 'human' ? 'person' : 'service');
  }
}

interface AccountName {
  readonly id: string;
  readonly system: string;
  readonly account: string;
}

const streamOf = (id: string): string => streamName('account', '_', id);

function mappingOf(
  body: PutAccountDto,
  { client, person: byPerson }: Decider,
): Omit<AccountMapped, 'mapping'> {
  const { kind, person, validFrom, validTo } = body;
  return {
    kind,
    ...(person === undefined ? {} : { person }),
    validFrom: parseInstant(validFrom, '/validFrom'),
    ...(validTo === undefined ? {} : { validTo: parseInstant(validTo, '/validTo') }),
    by: client,
    ...(byPerson === undefined ? {} : { byPerson }),
  };
}

function answered(reply: FastifyReply, name: AccountName, done: Executed<AccountState>): object {
  writeHeaders(reply, done);
  return shown(name, done.state);
}

function shown(name: AccountName, state: AccountState): object {
  const pending = pendingOf(state);
  return {
    ...name,
    inForce: periodsInForce(state.mappings).map(period),
    ...(pending === undefined ? {} : { pending: { ...period(pending), by: pending.by } }),
  };
}

function period({ kind, person, validFrom, validTo }: AccountMapped): object {
  return {
    kind,
    ...(person === undefined ? {} : { person }),
    validFrom,
    ...(validTo === undefined ? {} : { validTo }),
  };
}
