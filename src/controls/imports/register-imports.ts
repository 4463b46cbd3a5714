import { Inject, Injectable, type Type } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type CommandContext, Executor } from '../../commanding';
import { type Caller, EXECUTOR, pointerOf, readBody, validated } from '../../http';
import { canonicalBytes } from '../../kernel/canonical-json';
import { type ErrorCode, fieldError, isTieoutError } from '../../kernel/errors';
import { sha256Hex } from '../../kernel/hash';
import { IDENTIFIER_DETAIL, isIdentifier } from '../../kernel/identifier';
import { type Json, type JsonObject } from '../../kernel/json';
import { ControlRegisters, type RegisterReading } from '../registers/control-registers';
import { plain } from '../registers/plain';
import { type RegisterKind } from '../registers/register-kinds.policy';
import { FILE_BYTES_MAX, type FileEntry, type FileShape, readRegisterFile } from './register-file';

/** What became of one row. */
export interface RowResult {
  readonly line: number;
  readonly id?: string;
  readonly result: 'proposed' | 'unchanged' | 'rejected';
  /** of a rejected row */
  readonly code?: ErrorCode;
  readonly detail?: string;
}

export interface ImportReport {
  readonly rows: number;
  readonly proposed: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly results: readonly RowResult[];
}

export interface ApprovalResult {
  readonly id: string;
  readonly result: 'approved' | 'refused';
  readonly code?: ErrorCode;
  readonly detail?: string;
}

export interface ImportCall {
  readonly caller: Caller;
  /** of the request: rows derive their own keys from it */
  readonly context: CommandContext;
  readonly isDryRun: boolean;
}

/** Takes one row of some kind; `read` says what it is, and the rest what becomes of it. */
export interface RowTaker {
  /** @throws TieoutError when the row is none of this kind */
  read(json: JsonObject): { readonly id: string; readonly content: JsonObject };
  /** @returns false when the register says so already */
  take(id: string, content: JsonObject, context: CommandContext | undefined): Promise<boolean>;
}

/** Faults of a row. Any other error ends the import, which may be sent again as it is. */
const FAULTS_OF_A_ROW: readonly ErrorCode[] = [
  ...([
    'contract-violation',
    'unknown-field',
    'identifier-form',
    'time-form',
    'money-form',
  ] as const),
  ...(['state-conflict', 'version-exists', 'same-person', 'too-large'] as const),
];
/** Appends that run at a time: they share commits. */
const AT_A_TIME = 32;

/** Takes files of register entries, row by row; every row gets its own answer. */
@Injectable()
export class RegisterImports {
  constructor(
    @Inject(ControlRegisters) private readonly registers: ControlRegisters,
    @Inject(EXECUTOR) private readonly executor: Executor,
  ) {}

  async take(
    entries: readonly FileEntry[],
    taker: RowTaker,
    call: ImportCall,
  ): Promise<ImportReport> {
    const results: RowResult[] = [];
    const lines = new Map<string, number>();
    for (let i = 0; i < entries.length; i += AT_A_TIME) {
      const chunk = entries.slice(i, i + AT_A_TIME);
      const read = chunk.map((entry) => rowOf(entry, taker, lines));
      results.push(...(await Promise.all(read.map((row) => this.settle(row, taker, call)))));
    }
    const count = (wanted: RowResult['result']): number =>
      results.filter(({ result }) => result === wanted).length;
    return {
      rows: results.length,
      ...{ proposed: count('proposed'), unchanged: count('unchanged') },
      rejected: count('rejected'),
      results,
    };
  }

  /** @throws TieoutError `media-type-unknown`, `too-large`, `contract-violation` of the file as a whole */
  async file(
    request: FastifyRequest,
    {
      shape,
      taker,
      call,
    }: { readonly shape: FileShape; readonly taker: RowTaker; readonly call: ImportCall },
  ): Promise<ImportReport> {
    const body = await readBody(request, FILE_BYTES_MAX);
    const entries = await readRegisterFile(body, request.headers['content-type'], shape);
    return this.take(entries, taker, call);
  }

  /** Approves entries one by one; each gets its own answer. */
  async approve(
    kind: RegisterKind,
    ids: readonly string[],
    { caller, context }: Pick<ImportCall, 'caller' | 'context'>,
  ): Promise<ApprovalResult[]> {
    const results: ApprovalResult[] = [];
    for (const id of ids) {
      const own = contextOf(context, id, {});
      try {
        await this.registers.decide({ kind, id }, { kind: 'approve' }, { caller, context: own });
        results.push({ id, result: 'approved' });
      } catch (error) {
        if (!isTieoutError(error, ...FAULTS_OF_A_ROW)) throw error;
        results.push({ id, result: 'refused', code: error.code, detail: error.message });
      }
    }
    return results;
  }

  /** Rows of a register. An entry without an id is named by its content, so that it meets itself again. */
  ofRegister(kind: RegisterKind, dto: Type<object>, call: ImportCall): RowTaker {
    const reading: RegisterReading = this.registers.reading();
    return {
      read: ({ id, ...json }) => {
        const content = plain(validated(dto, json, pointerOf));
        if (typeof id === 'string' && isIdentifier(id)) return { id, content };
        if (id !== undefined && id !== null)
          throw fieldError('identifier-form', '/id', IDENTIFIER_DETAIL);
        const digest = sha256Hex(canonicalBytes([kind.type, content]));
        const context = { ...call.context, idempotencyKey: `import-${digest}` };
        return { id: this.executor.newAggregateId(context), content };
      },
      take: async (id, entry, context) => {
        const proposal = { entry, replaces: true };
        const { caller } = call;
        if (context === undefined)
          return this.registers.preview({ kind, id }, proposal, { caller, reading });
        const done = await this.registers.propose({ kind, id }, proposal, {
          caller,
          context,
          reading,
        });
        return done.events.length > 0 && !done.replayed;
      },
    };
  }

  private async settle(
    row: Row,
    taker: RowTaker,
    { context, isDryRun }: ImportCall,
  ): Promise<RowResult> {
    if ('result' in row) return row;
    const { line, id, content } = row;
    try {
      const own = isDryRun ? undefined : contextOf(context, id, content);
      const isNew = await taker.take(id, content, own);
      return { line, id, result: isNew ? 'proposed' : 'unchanged' };
    } catch (error) {
      return rejected(line, error, id);
    }
  }
}

type Row = RowResult | { readonly line: number; readonly id: string; readonly content: JsonObject };

function rowOf(
  { line, json, refused }: FileEntry,
  taker: RowTaker,
  lines: Map<string, number>,
): Row {
  if (json === undefined)
    return { line, result: 'rejected', code: 'contract-violation', detail: refused ?? '' };
  try {
    const { id, content } = taker.read(json);
    const first = lines.get(id);
    if (first === undefined) {
      lines.set(id, line);
      return { line, id, content };
    }
    const detail = `${id} is in the file already, on line ${first}.`;
    return { line, id, result: 'rejected', code: 'contract-violation', detail };
  } catch (error) {
    return rejected(line, error);
  }
}

function rejected(line: number, error: unknown, id?: string): RowResult {
  if (!isTieoutError(error, ...FAULTS_OF_A_ROW)) throw error;
  const { code, message: detail } = error;
  return { line, ...(id === undefined ? {} : { id }), result: 'rejected', code, detail };
}

/** A row that was recorded before a failure is met again by the same request. */
function contextOf(context: CommandContext, id: string, content: JsonObject): CommandContext {
  const digest = sha256Hex(canonicalBytes([id, content] as Json));
  return { ...context, idempotencyKey: `${context.idempotencyKey}/${digest}`, digest };
}
