import fc from 'fast-check';
import { controlRegisters } from '../../projections/control-registers';
import { factsAbout, sodFindings, type Step } from '../../projections/sod-findings';
import { DEFAULT_DUTIES } from '../../src/controls/duty-mapping.policy';
import { evaluate } from '../../src/controls/evaluate.policy';
import { DEFAULT_RULES } from '../../src/controls/rule-set.policy';
import { parseMoney } from '../../src/kernel/money';
import { parseStreamName } from '../../src/kernel/stream-name';
import { ProjectionHarness } from '../support/projection-harness';
import { history, MAPPINGS, shown, steps } from '../support/sod-histories';
import { did, minuteOf, type Did } from '../support/sod-ledger';
import { REGISTERS } from '../support/sod-registers';

const LATER = 92 * 1440;

const typeOf = ({ object, action }: Did): string =>
  `${parseStreamName(object).objectType}.${action}`;

/** One act that is about to happen; what a wire makes of a payment is told by its object. */
function stepOf(act: Did): Step | undefined {
  const row = DEFAULT_DUTIES.row(typeOf(act));
  if (row?.duties === undefined || act.object.startsWith('payment')) return undefined;
  const { onBehalfOf, initiatedBy, amount, autoApprovalPolicy, emergencySession } = act;
  return {
    ...{ id: act.id!, at: minuteOf(act.minute), duties: row.duties, object: act.object },
    ...{ isChange: row.change === true, account: act.account, related: act.related ?? [] },
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    ...(initiatedBy === undefined ? {} : { initiatedBy }),
    ...(amount === undefined ? {} : { amount: parseMoney(amount) }),
    ...(autoApprovalPolicy === undefined ? {} : { autoApprovalPolicy }),
    ...(emergencySession === undefined ? {} : { emergencySession }),
  };
}

describe('a check', () => {
  it('finds of a step what is found once the step is recorded', () => {
    let checked = 0;
    let broken = 0;
    fc.assert(
      fc.property(steps, (given) => {
        const events = history(given);
        const act = { ...events.at(-1)!, minute: LATER };
        const step = stepOf(act);
        if (step === undefined) return;
        const rows = new ProjectionHarness([controlRegisters, sodFindings]);
        try {
          rows.feed(...events.slice(0, -1).map(did), ...[...MAPPINGS, ...REGISTERS].flat());
          const { facts } = factsAbout(step, rows.db);
          const answered = evaluate(facts, DEFAULT_RULES)
            .filter(({ proofs }) => proofs.some(({ event }) => event === step.id))
            .map(({ rule, person, kind, scope }) => [rule, person, kind, scope].join(' '));
          rows.feed(did(act));
          const found = (shown(rows.db, step.at) as [string, ...string[]][])
            .filter((finding) => JSON.stringify(finding.at(-1)).includes(step.id))
            .map(([, rule, person, , kind, scope]) => [rule, person, kind, scope].join(' '));
          expect(answered.sort()).toEqual(found.sort());
          checked += 1;
          broken += found.length;
        } finally {
          rows.close();
        }
      }),
      { numRuns: 60 },
    );
    expect(checked).toBeGreaterThan(15);
    expect(broken).toBeGreaterThan(10);
  });
});
