import { Controller, Headers, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Caller, CallerParam, JsonBody, Scopes, writeHeaders } from '../../http';
import { TieoutError } from '../../kernel/errors';
import { actorsOf } from '../identity.policy';
import { type Finding } from '../finding.policy';
import { DEFAULT_RULES } from '../rule-set.policy';
import { CheckDesk } from './check-desk';
import { type CheckDecided } from './check.events';
import { DutyCheckDto } from './duty-check.dto';
import { type DutyAnswer, DutyChecks, PINS } from './duty-checks';
import { remediesOf } from './remedy.policy';

/** Asked before the act: may this person take this step? */
@ApiTags('checks')
@Controller('v1/checks')
export class DutyChecksController {
  constructor(
    @Inject(DutyChecks) private readonly checks: DutyChecks,
    @Inject(CheckDesk) private readonly desk: CheckDesk,
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
    const undecided = await this.desk.reach(token);
    const context = this.desk.contextOf(caller, request, { body });
    const id = this.desk.idOf(context);
    const answer = this.checks.answer(id, body, undecided);
    const about = shown(answer, id);
    if (body.dryRun === true) return { dryRun: true, ...about };
    const told = decided(id, answer, { caller, request: context.digest });
    const done = await this.desk.record({ entity: body.entity, id }, told, context);
    writeHeaders(reply, done);
    return { checkId: id, ...about };
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
