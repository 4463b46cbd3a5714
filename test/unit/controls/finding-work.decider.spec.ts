import {
  findingWork,
  type FindingWorkCommand,
  type FindingWorkState,
  type WorkedFinding,
} from '../../../src/controls/finding-work/finding-work.decider';

const FINDING: WorkedFinding = { evidence: 'a', severity: 'critical', concerned: ['P-ALICE'] };
const AT = '2026-11-02T08:00:00.000Z';

const party = (client: string, person?: string) => ({
  by: { client, ...(person === undefined ? {} : { person }) },
  at: AT,
});
const dispose = (more: Partial<Extract<FindingWorkCommand, { kind: 'dispose' }>> = {}) =>
  ({
    kind: 'dispose',
    finding: FINDING,
    ...party('clerk', 'P-1'),
    ...{ outcome: 'remediated', reason: 'order approved again', evidence: 'a' },
    ...more,
  }) as FindingWorkCommand;
const approve = (finding = FINDING, client = 'controller', person = 'P-2'): FindingWorkCommand => ({
  kind: 'approve',
  finding,
  ...party(client, person),
});

const after = (...commands: readonly FindingWorkCommand[]): FindingWorkState =>
  commands.reduce(
    (state, command) => findingWork.decide(command, state).reduce(findingWork.evolve, state),
    findingWork.initial,
  );
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('a disposition', () => {
  it('of a critical finding waits for a second person, of a medium one does not', () => {
    expect(after(dispose()).isApproved).toBe(false);
    expect(after(dispose(), approve()).isApproved).toBe(true);
    expect(after(dispose({ finding: { ...FINDING, severity: 'medium' } })).isApproved).toBe(true);
  });

  it('is not approved by who decided, under another client either', () => {
    expect(() => after(dispose(), approve(FINDING, 'clerk'))).toThrow(code('same-person'));
    expect(() => after(dispose(), approve(FINDING, 'other', 'P-1'))).toThrow(code('same-person'));
  });

  it('is not for anybody whom the finding concerns', () => {
    expect(() => after(dispose(party('x', 'P-ALICE')))).toThrow(code('duty-conflict'));
    expect(() => after(dispose(), approve(FINDING, 'x', 'P-ALICE'))).toThrow(code('duty-conflict'));
  });

  it('answers what proves the finding now, and nothing older', () => {
    expect(() => after(dispose({ evidence: 'b' }))).toThrow(code('hash-differs'));
    const changed = { ...FINDING, evidence: 'b' };
    expect(() => after(dispose(), approve(changed))).toThrow(code('hash-differs'));
  });

  it.each(['false-fact', 'accepted', 'duplicate'] as const)(
    '%s names what it points to',
    (outcome) => {
      expect(() => after(dispose({ outcome }))).toThrow('/reference');
      expect(after(dispose({ outcome, reference: 'X-1' })).disposed?.reference).toBe('X-1');
    },
  );

  it('is taken back, once', () => {
    const reopen: FindingWorkCommand = {
      ...{ kind: 'reopen', finding: FINDING, reason: 'not so' },
      ...party('controller', 'P-2'),
    };
    expect(after(dispose(), reopen)).toEqual({ isApproved: false });
    expect(() => after(dispose(), reopen, reopen)).toThrow(code('state-conflict'));
    expect(() => after(dispose(), reopen, approve())).toThrow(code('state-conflict'));
  });
});
