import { Controller, Headers, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type ReadModel } from '../../../projections/read-model';
import { type CommandContext, Executor } from '../../commanding';
import {
  type Caller,
  CallerParam,
  EXECUTOR,
  JsonBody,
  RANDOMNESS,
  READ_MODEL,
  Scopes,
  writeHeaders,
} from '../../http';
import { canonicalBytes } from '../../kernel/canonical-json';
import { isTieoutError, TieoutError } from '../../kernel/errors';
import { hex, sha256Hex } from '../../kernel/hash';
import { type Json } from '../../kernel/json';
import { type Randomness } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { actorsOf } from '../identity.policy';
import { type Finding } from '../finding.policy';
import { DEFAULT_RULES } from '../rule-set.policy';
import { check } from './check.decider';
import { type CheckDecided } from './check.events';
import { DutyCheckDto } from './duty-check.dto';
import { type DutyAnswer, DutyChecks, PINS, type Undecided } from './duty-checks';
import { remediesOf } from './remedy.policy';

const KEY_BYTES = 16;
const WAIT_MS_MAX = 2_000;

/** Asked before the act: may this person take this step? */
@ApiTags('checks')
@Controller('v1/checks')
export class DutyChecksController {
  constructor(
    @Inject(DutyChecks) private readonly checks: DutyChecks,
    @Inject(EXECUTOR) private readonly executor: Executor,
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
  ) {}

  @Post('duty')
  @HttpCode(200)
  @Scopes('controls.check')
  @ApiHeader({ name: 'Consistency-Token', required: false })
  @ApiOperation({
    summary:
      'Allow, escalate or deny a step by duties, authority and approvals; recorded unless a dry run',
  })
  async duty(
    @JsonBody(DutyCheckDto) body: DutyCheckDto,
    @CallerParam() caller: Caller,
    @Headers('consistency-token') token: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const undecided = await this.reach(token);
    const context = this.contextOf(caller, request, body);
    const id = this.executor.newAggregateId(context);
    const answer = this.checks.answer(id, body, undecided);
    const told = shown(answer, id);
    if (body.dryRun === true) return { dryRun: true, ...told };
    const done = await this.executor.execute({
      stream: streamName('check', body.entity, id),
      decider: check,
      command: decided(id, answer, { caller, request: context.digest }),
      context,
    });
    writeHeaders(reply, done);
    return { checkId: id, ...told };
  }

  /** What the caller has just written may bear on the answer: without it nothing is allowed. */
  private async reach(token: string | undefined): Promise<Undecided[]> {
    if (this.readModel.status().state === 'stopped') return ['read_model_stopped'];
    if (token === undefined) return [];
    try {
      await this.readModel.waitFor(token, WAIT_MS_MAX);
      return [];
    } catch (error) {
      if (isTieoutError(error, 'read-model-behind')) return ['read_model_behind'];
      if (isTieoutError(error, 'read-model-stopped')) return ['read_model_stopped'];
      throw error;
    }
  }

  /** Every question is a new one, also in the same words: what is recorded may have changed in between. */
  private contextOf(caller: Caller, request: FastifyRequest, body: DutyCheckDto): CommandContext {
    const path = request.url.split('?', 1)[0] ?? request.url;
    const question = JSON.parse(JSON.stringify(body)) as Json;
    return {
      principal: caller.client,
      actor: { id: caller.client, kind: caller.kind },
      idempotencyKey: `check-${hex(this.randomness.bytes(KEY_BYTES))}`,
      digest: sha256Hex(canonicalBytes(['POST', path, question])),
    };
  }
}

function shown(answer: DutyAnswer, step: string): object {
  const { decision, verdict, findings, inconclusive, position } = answer;
  return {
    decision,
    verdict,
    findings: findings.map((finding) => findingJson(finding, answer, step)),
    inconclusive,
    position,
    pins: PINS,
  };
}

function findingJson(finding: Finding, { acts, identities }: DutyAnswer, step: string): object {
  const rule = DEFAULT_RULES.rule(finding.rule);
  return {
    rule: finding.rule,
    title: rule?.name ?? finding.rule,
    risk: rule?.risk ?? '',
    severity: finding.severity,
    status: finding.status,
    person: finding.person,
    scope: finding.scope,
    reasons: finding.reasons,
    conflicting: finding.proofs.flatMap(({ event }) => {
      const act = acts.get(event);
      if (event === step || act === undefined) return [];
      const { index, type, object, at, account } = act;
      const persons = actorsOf({ at, account }, identities).persons;
      return [{ event, index, type, object, occurredAt: at, account, persons }];
    }),
    clears: remediesOf(finding, DEFAULT_RULES),
  };
}

function decided(
  id: string,
  answer: DutyAnswer,
  { caller, request }: { readonly caller: Caller; readonly request: string },
): CheckDecided {
  const { decision, verdict, findings, inconclusive, position } = answer;
  if (findings.length > FINDINGS_MAX) {
    throw new TieoutError('too-large', `The step breaks more than ${FINDINGS_MAX} rules at once.`);
  }
  return {
    check: id,
    decision,
    verdict,
    findings: findings.map(({ rule, status, person, scope, reasons, proofs }) => {
      const events = proofs.map(({ event }) => event).filter((event) => event !== id);
      const told = { rule, status, person, scope, reasons };
      return { ...told, events: events.slice(0, EVENTS_MAX), eventCount: events.length };
    }),
    inconclusive,
    request,
    position,
    ...PINS,
    by: caller.client,
  };
}

/** An entry holds 64 KiB; the answer itself names every event. */
const FINDINGS_MAX = 64;
const EVENTS_MAX = 16;
