import { Inject, Injectable } from '@nestjs/common';
import { factsAbout, type Step, type StepFacts } from '../../../projections/sod-findings';
import { type ReadModel } from '../../../projections/read-model';
import { CLOCK, PSEUDONYMS, READ_MODEL } from '../../http';
import { fieldError } from '../../kernel/errors';
import { parseMoney } from '../../kernel/money';
import { type Clock } from '../../kernel/runtime';
import { streamName } from '../../kernel/stream-name';
import { type Pseudonyms } from '../../privacy';
import { DEFAULT_DUTIES, DEFAULT_DUTY_MAPPING } from '../duty-mapping.policy';
import { decisionOn, evaluate, verdictOf, type Decision } from '../evaluate.policy';
import { type Finding, type FindingStatus } from '../finding.policy';
import { type Identities } from '../identity.policy';
import { DEFAULT_RULES } from '../rule-set.policy';
import { type Unread } from './check-desk';
import { type DutyCheckDto } from './duty-check.dto';

/** What could not be decided at all, and so escalates. */
export type Undecided = 'duty_unmapped' | Unread;

export interface DutyAnswer {
  readonly decision: Decision;
  readonly verdict: FindingStatus;
  /** of the step: what it would break together with what is recorded */
  readonly findings: readonly Finding[];
  readonly inconclusive: readonly Undecided[];
  readonly acts: StepFacts['acts'];
  readonly identities: Identities;
  readonly position: string;
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
   * @param undecided what the caller could not wait for
   * @throws TieoutError `contract-violation`
   */
  answer(id: string, body: DutyCheckDto, undecided: readonly Undecided[]): DutyAnswer {
    const step = this.stepOf(id, body);
    return this.readModel.query((db) => {
      const position = db.position ?? '';
      if (step === undefined) {
        const inconclusive = [...undecided, 'duty_unmapped'] as const;
        const none = { findings: [], acts: new Map(), identities: NOBODY } as const;
        const open = { decision: 'escalate', verdict: 'inconclusive' } as const;
        return { ...open, ...none, inconclusive, position };
      }
      const { facts, acts } = factsAbout(step, db, () => 'UTC');
      const findings = evaluate(facts, DEFAULT_RULES).filter(({ proofs }) =>
        proofs.some(({ event }) => event === id),
      );
      const decision = decisionOn(id, findings, DEFAULT_RULES);
      const isOpen = undecided.length > 0 && decision === 'allow';
      return {
        decision: isOpen ? 'escalate' : decision,
        verdict: verdictOf(findings),
        findings,
        inconclusive: undecided,
        acts,
        identities: facts.identities,
        position,
      };
    });
  }

  /** @returns undefined for an action that the mapping gives no duty */
  private stepOf(id: string, body: DutyCheckDto): Step | undefined {
    const { object, actor, amount, related = [] } = body;
    const duties = dutiesOf(body);
    if (duties === undefined) return undefined;
    const account = (name: string): string =>
      this.pseudonyms.knownAs(body.system, name) ?? `${UNKNOWN}-${name}`;
    const { autoApprovalPolicy, emergencySession } = body;
    return {
      id,
      at: this.clock.now(),
      duties,
      isChange: DEFAULT_DUTIES.row(typeOf(body))?.change === true,
      object: streamName(object.type, body.entity, object.id),
      account: account(actor.account),
      ...(actor.onBehalfOf === undefined ? {} : { onBehalfOf: account(actor.onBehalfOf) }),
      ...(actor.initiatedBy === undefined ? {} : { initiatedBy: account(actor.initiatedBy) }),
      ...(object.version === undefined ? {} : { version: Number(object.version) }),
      ...(amount === undefined ? {} : { amount: parseMoney({ ...amount }, '/amount') }),
      related,
      ...(autoApprovalPolicy === undefined ? {} : { autoApprovalPolicy }),
      ...(emergencySession === undefined ? {} : { emergencySession }),
    };
  }
}

const typeOf = ({ object, action }: DutyCheckDto): string => `${object.type}.${action ?? ''}`;

function dutiesOf(body: DutyCheckDto): readonly string[] | undefined {
  const { action, duty } = body;
  if ((action === undefined) === (duty === undefined))
    throw fieldError('contract-violation', '/duty', 'name either an action or a duty.');
  if (duty === undefined) return DEFAULT_DUTIES.row(typeOf(body))?.duties;
  if (DEFAULT_RULES.duty(duty) === undefined)
    throw fieldError('contract-violation', '/duty', `the rule set has no duty ${duty}.`);
  return [duty];
}

/** Versions that an answer rests on. */
export const PINS = {
  ruleSet: `${DEFAULT_RULES.set.ruleset.id}@${DEFAULT_RULES.set.ruleset.version}`,
  dutyMapping: `${DEFAULT_DUTY_MAPPING.id}@${DEFAULT_DUTY_MAPPING.version}`,
};
