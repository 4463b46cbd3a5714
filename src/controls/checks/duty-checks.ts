import { Inject, Injectable } from '@nestjs/common';
import { ruleBookIn } from '../../../projections/control-registers';
import { factsAbout, type Step, type StepFacts } from '../../../projections/sod-findings';
import { type ReadModel, type Snapshot } from '../../../projections/read-model';
import { CLOCK, PSEUDONYMS, READ_MODEL } from '../../http';
import { fieldError } from '../../kernel/errors';
import { parseMoney } from '../../kernel/money';
import { present } from '../../kernel/present';
import { type Clock } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { type Pseudonyms } from '../../privacy';
import { decisionOn, evaluate, verdictOf, type Decision } from '../evaluate.policy';
import { type Finding, type FindingStatus } from '../finding.policy';
import { type Identities } from '../identity.policy';
import { type RulesOfDay } from '../rule-sets/rule-book.policy';
import { type Unread } from './check-desk';
import { type CheckedStep } from './check.events';
import { type DutyCheckDto } from './duty-check.dto';
import { typeOf, unknownAbout, type UnknownAbout } from './known-objects';

/** What could not be decided at all, and so escalates. */
export type Undecided = 'duty_unmapped' | 'no_rule_set_in_force' | UnknownAbout | Unread;

export interface DutyAnswer {
  readonly decision: Decision;
  readonly verdict: FindingStatus;
  /** of the step: what it would break together with what is recorded */
  readonly findings: readonly Finding[];
  readonly inconclusive: readonly Undecided[];
  readonly acts: StepFacts['acts'];
  readonly identities: Identities;
  readonly position: string;
  /** what it was judged by: the rules of today */
  readonly day: RulesOfDay;
  readonly step: CheckedStep;
}

const NOBODY: Identities = { periodsOf: () => [], survivorOf: (person) => person };

/** An account of a source that the ledger has never seen; it can be nobody's. */
const UNKNOWN = 'unknown';

/** Judges a step as if it were recorded, by every rule it touches. */
@Injectable()
export class DutyChecks {
  constructor(
    @Inject(READ_MODEL) private readonly readModel: ReadModel,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PSEUDONYMS) private readonly pseudonyms: Pseudonyms,
  ) {}

  /**
   * @param unread what the caller could not wait for
   * @throws TieoutError `contract-violation`
   */
  answer(id: string, body: DutyCheckDto, unread: readonly Unread[]): DutyAnswer {
    return this.readModel.query((db) => {
      // The step is the latest act of whatever it takes part in, so that the rules of today judge all of it.
      const day = ruleBookIn(db).ruleSetOn(this.clock.now().slice(0, 10));
      const step = this.stepOf(id, body, day);
      const undecided = [
        ...unread,
        ...(day.isInForce ? [] : (['no_rule_set_in_force'] as const)),
        ...(step === undefined ? (['duty_unmapped'] as const) : unknownAbout(body, day, db)),
      ];
      const judged = step === undefined ? UNJUDGED : judge(step, day, db);
      const isOpen = undecided.length > 0 && judged.decision === 'allow';
      return {
        ...judged,
        ...(isOpen ? ({ decision: 'escalate', verdict: 'inconclusive' } as const) : {}),
        inconclusive: undecided,
        position: db.position ?? '',
        day,
        step: this.asked(body),
      };
    });
  }

  /** @returns undefined for an action that the mapping gives no duty */
  private stepOf(id: string, body: DutyCheckDto, day: RulesOfDay): Step | undefined {
    const { object, actor, amount, related = [] } = body;
    const duties = dutiesOf(body, day);
    if (duties === undefined) return undefined;
    const account = (name: string | undefined): string | undefined =>
      name === undefined ? undefined : (this.knownAs(body, name) ?? `${UNKNOWN}-${name}`);
    return present({
      id,
      at: this.clock.now(),
      duties,
      isChange: day.duties.row(typeOf(body))?.change === true,
      object: streamName(object.type, body.entity, object.id),
      account: account(actor.account) ?? UNKNOWN,
      onBehalfOf: account(actor.onBehalfOf),
      initiatedBy: account(actor.initiatedBy),
      version: object.version === undefined ? undefined : Number(object.version),
      amount: amount === undefined ? undefined : parseMoney({ ...amount }, '/amount'),
      related,
      autoApprovalPolicy: body.autoApprovalPolicy,
      emergencySession: body.emergencySession,
    });
  }

  /** What the record says was asked. How a source calls an account that was never seen is not for the ledger. */
  private asked(body: DutyCheckDto): CheckedStep {
    const { object, actor, amount, duty, action } = body;
    const account = (name: string | undefined): string | undefined =>
      name === undefined ? undefined : (this.knownAs(body, name) ?? UNKNOWN);
    return present({
      object: streamName(object.type, body.entity, object.id),
      type: action === undefined ? undefined : typeOf(body),
      duty,
      account: account(actor.account) ?? UNKNOWN,
      onBehalfOf: account(actor.onBehalfOf),
      initiatedBy: account(actor.initiatedBy),
      version: object.version === undefined ? undefined : Number(object.version),
      amount: amount === undefined ? undefined : { ...amount },
    });
  }

  private knownAs({ system }: DutyCheckDto, account: string): string | undefined {
    return this.pseudonyms.knownAs(system, account);
  }
}

type Judged = Pick<DutyAnswer, 'decision' | 'verdict' | 'findings' | 'acts' | 'identities'>;

const UNJUDGED: Judged = {
  decision: 'escalate',
  verdict: 'inconclusive',
  findings: [],
  acts: new Map(),
  identities: NOBODY,
};

function judge(step: Step, { rules }: RulesOfDay, db: Snapshot): Judged {
  const { facts, acts } = factsAbout(step, db);
  const findings = evaluate(facts, rules).filter(({ proofs }) =>
    proofs.some(({ event }) => event === step.id),
  );
  return {
    decision: decisionOn(step.id, findings, rules),
    verdict: verdictOf(findings),
    findings,
    acts,
    identities: facts.identities,
  };
}

function dutiesOf(
  body: DutyCheckDto,
  { rules, duties }: RulesOfDay,
): readonly string[] | undefined {
  const { action, duty } = body;
  if ((action === undefined) === (duty === undefined))
    throw fieldError('contract-violation', '/duty', 'name either an action or a duty.');
  if (duty === undefined) return duties.row(typeOf(body))?.duties;
  if (rules.duty(duty) === undefined)
    throw fieldError('contract-violation', '/duty', `the rule set has no duty ${duty}.`);
  return [duty];
}
